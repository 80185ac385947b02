import os
import pkgutil

from clustrix import cluster
from study.places import DATA


@cluster
def listed():
    with open(os.path.join(str(DATA), "table.csv")) as stream:
        head = stream.readline().strip()
    return head, sorted(one.name for one in DATA.iterdir() if one.suffix in (".csv", ".txt"))


@cluster
def read_both():
    notes = pkgutil.get_data("study.data", "notes.txt").decode()
    return notes.strip(), sorted(name for name in os.listdir(str(DATA)) if not name.startswith("__"))


if __name__ == "__main__":
    print(listed())
    print(read_both())
