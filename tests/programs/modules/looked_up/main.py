"""Modules by names that are made up; what a program put into modules, classes and registries; paths that come back."""

import json
import subprocess
import sys
from pathlib import Path

import engine
from clustrix import cluster
from pipe import build

SOURCE = str(Path(__file__).resolve().parent / "pipeline.json")


@engine.registry.add("double")
def double(number):
    return number * 2


class Square:
    def __call__(self, number):
        return number * number


engine.registry.add("square")(Square())
engine.Engine.extra = property(lambda self: self.size * 2)


@cluster(cores=1)
def built(path, numbers):
    with open(path) as stream:
        pipeline = build(json.load(stream))
    return [pipeline(number) for number in numbers]


@cluster(cores=1)
def registered(number):
    return [engine.registry.get(name)(number) for name in ("double", "square", "same")] + [engine.Engine(3).extra]


@cluster(cores=1)
def sent_back(path):
    return {"file": path, "name": path.name, "text": SOURCE, "words": len(Path(SOURCE).read_text().split())}


@cluster(cores=1)
def in_a_process_of_its_own():
    words = [sys.executable, "-c", "import pipe.steps.add as add; print(add.make(1)(2))"]
    return subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout.decode().strip(), build([["add", 1]])(1)


if __name__ == "__main__":
    print(built("pipeline.json", [1, 2]), registered(3), in_a_process_of_its_own())
    answer = sent_back(Path(SOURCE))
    print(answer["file"] == Path(SOURCE), answer["name"], answer["text"] == SOURCE, answer["words"])
