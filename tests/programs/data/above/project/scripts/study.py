import os
from pathlib import Path
from clustrix import cluster

ROOT = Path(__file__).resolve().parent.parent
TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "one.txt")


def read(path):
    with open(path) as stream:
        return stream.read().strip()


@cluster
def by_relative_name():
    return [read("../data/one.txt"), sorted(os.listdir("../data"))]


@cluster
def by_root():
    return [read(ROOT / "data" / "two.txt"), read(str(ROOT) + "/data/deep/three.txt")]


@cluster
def by_path(path):
    return [read(TABLE), read(path)]


@cluster
def by_own_place():
    return read(os.path.join(os.path.dirname(__file__), "..", "data", "two.txt"))


@cluster
def back():
    return [ROOT, TABLE]


if __name__ == "__main__":
    print(by_relative_name()[0], by_root(), by_path(str(ROOT / "data" / "one.txt")), by_own_place())
    print(back() == [ROOT, TABLE], by_relative_name()[1] == sorted(os.listdir("../data")))
