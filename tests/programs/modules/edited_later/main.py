# What was captured once stays what it was, however often its files are written meanwhile: edits are for the next run.
from clustrix import cluster

with open("lib_later.py", "w") as stream:
    stream.write("TABLE = list(range(3))\n\ndef f(x):\n    return [x, TABLE]\n")

import importlib

import lib_later


@cluster
def run(x):
    return lib_later.f(x)


if __name__ == "__main__":
    print(run(1))
    with open("lib_later.py", "w") as stream:
        stream.write("TABLE = list(range(5))\n\ndef f(x):\n    return [x + 1000, TABLE, 'new']\n")
    print(run(1))
    importlib.reload(lib_later)
    print(run(1))
