"""What only the name of a file that is written mentions."""
import gzip
import os
from os import path

from clustrix import cluster

OUT = "out.txt"
FOLDER = "results"
NUMBER = 7


def name_of(kind):
    return "{}-{}.txt".format(kind, NUMBER)


class Names:
    log = "log.txt"


@cluster
def write(values):
    os.mkdir(FOLDER)
    with open(OUT, "w") as stream:
        stream.write("one")
    with open(path.join(FOLDER, name_of("two")), "w") as stream:
        stream.write("two")
    with gzip.open(filename_of(3), "wb") as stream:
        stream.write(b"three")
    open(Names.log, mode="x").close()
    return sorted(name for name in os.listdir(".") if not name.endswith(".py")), os.listdir(FOLDER)


def filename_of(number):
    return "{}.gz".format(number)


@cluster
def nothing():
    open(os.devnull, "w").close()
    return "written"


if __name__ == "__main__":
    print(write([1]))
    print(nothing())
