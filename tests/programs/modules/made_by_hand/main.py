"""Modules that no import statement brings: loaded by path, made by a call, an object in a module's place, ``__main__``."""

import importlib.util
import types
from pathlib import Path

import conf
from clustrix import cluster


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLUGINS = {path.stem: load(path) for path in sorted(Path("plugins").glob("*.py"))}
first = load(Path("plugins/odd-name.py"))
settings = types.ModuleType("settings")
settings.RATE = 3
settings.scale = lambda number: number * settings.RATE
LIMIT = 5
executed = {"__name__": "executed"}
with open("more_code.txt") as stream:
    exec(compile(stream.read(), "more_code.txt", "exec"), executed)


def is_high(number):
    return number > LIMIT


@cluster(cores=1)
def with_plugins(number):
    return {name: module.run(number) for name, module in PLUGINS.items()}, first.run(number)


@cluster(cores=1)
def with_settings(number):
    same = settings
    return [same.scale(number), settings.RATE, conf.rate, conf.double()]


@cluster(cores=1)
def with_main(numbers):
    import __main__ as program

    return [program.is_high(number) for number in numbers]


@cluster(cores=1)
def with_executed(number):
    executed["SCALE"] = 5
    return executed["transform"](number)


if __name__ == "__main__":
    print(with_executed(3))
    print(with_plugins(3), with_settings(2), with_main([3, 7]))
    conf.rate = 5
    print(with_settings(2))
