import os
from pathlib import Path

from clustrix import cluster
from lab.sub import paths


@cluster
def read():
    root = Path(__file__).resolve().parent.parent / "data"
    return [(root / "a.csv").read_text().split(), sorted(path.name for path in root.iterdir())]


@cluster
def joined():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "..", "data", "b.csv")) as stream:
        return stream.read().strip()


@cluster
def by_modules():
    return paths.five(), paths.again()


if __name__ == "__main__":
    print(read(), joined(), by_modules())
