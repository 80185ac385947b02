"""The working folder is looked through for files of an ending: those come along."""

from pathlib import Path

import sums

from clustrix import cluster


@cluster
def told():
    return sums.total(), [one.name for one in sorted(Path(".").iterdir()) if one.suffix == ".xml"]


if __name__ == "__main__":
    print(told())
