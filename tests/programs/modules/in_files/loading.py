import importlib.util
import os
import runpy
from pathlib import Path

HERE = Path(__file__).resolve().parent


def load(path):
    spec = importlib.util.spec_from_file_location("plug_" + path.stem, str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def loaded():
    return [load(path).NAME for path in sorted(HERE.glob("plugs/p*.py"))]


def listed():
    folder = os.path.join(str(HERE), "plugs")
    return [name for name in sorted(os.listdir(folder)) if name.endswith(".py")]


def run(name):
    return runpy.run_path(str(HERE / "recipes" / (name + ".py")))["steps"]


def executed(name):
    space = {"FACTOR": 2}
    exec((HERE / "recipes" / "{}.py".format(name)).read_text(), space)
    return space["steps"]
