import collections
import enum
import sys

from clustrix import cluster


class Version(tuple):
    __slots__ = ()
    def __new__(cls, text):
        return super().__new__(cls, map(int, text.split(".")))


class Histogram(collections.Counter):
    def __init__(self, *args, name="h"):
        super().__init__(*args)
        self.name = name


class Temperature(float):
    def __new__(cls, text, unit):
        made = super().__new__(cls, text)
        made.unit = unit
        return made


class Level(str, enum.Enum):
    LOW = "low"
    HIGH = "high"


@cluster
def level(given):
    return given is Level.HIGH, Level.LOW


@cluster
def run(version, counts, warm):
    counts.update("a")
    return version > Version("1.2"), counts.name, sorted(counts.items()), warm + 1, warm.unit, version, sys.argv[1:]


if __name__ == "__main__":
    sys.argv.append("--fast")
    result = run(Version("1.10"), Histogram("ab", name="q"), Temperature("1.5", "C"))
    print(level(Level.HIGH)[0], level(Level.HIGH)[1] is Level.LOW)
    print(result, type(result[5]) is Version)
