import json

from clustrix import cluster
from corpus import HERE, words


@cluster(cores=1)
def read(below):
    return sorted(path.name for path in (HERE / "texts" / below).glob("*.txt")), words(), HERE


if __name__ == "__main__":
    more, count, here = read("more")
    every, _, _ = read("")
    print(json.dumps([more, every, count, here == HERE]))
