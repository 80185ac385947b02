import os

from . import paths
from .paths import TOP


def load(name):
    with open(str(paths.ROOT / "inputs" / (name + ".txt"))) as stream:
        return stream.read().split()


def names():
    return sorted(os.listdir(os.path.join(TOP, "inputs"))), sorted(one.name for one in (paths.ROOT / "inputs").rglob("*.txt"))
