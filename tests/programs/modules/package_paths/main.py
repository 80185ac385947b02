"""Packages that set their own __path__: one in two folders of the path, one with a folder inside of it."""

import os
import sys

from clustrix import cluster

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "first"), os.path.join(HERE, "second")]

import parted
from tools import core


@cluster
def run(x):
    from parted import fast, plain

    return core.run(x), fast.KIND, plain.KIND, parted.names()


if __name__ == "__main__":
    print(run(4))
