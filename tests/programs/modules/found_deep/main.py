"""Modules by names that are made up: found by walking through packages, in packages within them, by numbers, by endings."""

import importlib
import json

from clustrix import cluster
import shop


def load(family, name):
    return importlib.import_module(f"zoo.{family}.{name}").SOUND


@cluster(cores=1)
def walked():
    return shop.walk(), sorted(shop.REGISTRY), shop.parts_of("parts.inner"), shop.one("good")


@cluster(cores=1)
def by_parts(family, name, number):
    numbered = importlib.import_module("vers.v" + str(number)).NAME
    step = importlib.import_module("step%d" % number).run()
    ending = importlib.import_module(family + "_model").fit()
    return load(family, name), load("dogs", "%s_big" % name), numbered, step, ending


if __name__ == "__main__":
    print(json.dumps([walked(), by_parts("cats", "wild", 2)]))
