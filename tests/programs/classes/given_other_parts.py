"""Classes whose methods get other defaults, and are wrapped by the standard library, after their statements were executed."""

import collections
import functools
import json

from clustrix import cluster

RATE = 1
MISSING = object()


class Tool:
    def go(self, x, scale=2, *, shift=0, rate=RATE):
        return [x, scale, shift, rate]

    def unchanged(self, x=1, y=-2, z="z", *, given=MISSING, more=(1, 2)):
        return [x, y, z, given is MISSING, more]

    def count(self, x):
        return x + 1

    def bare(self, x=5):
        return x

    @staticmethod
    def free(x, k=1):
        return [x, k]

    def key(self, xs, by=lambda x: -x):
        return sorted(xs, key=by)


class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n


Version = functools.total_ordering(Version)
Row = collections.namedtuple("Row", "x y")


@cluster(cores=1)
def use(row):
    tool = Tool()
    try:
        bare = tool.bare()
    except TypeError:
        bare = "nothing"
    out = [tool.go(1), tool.unchanged(), tool.count(3), tool.count(3), tool.count.cache_info().hits, bare, Tool.free(1), tool.key([1, 2])]
    return out + [tool.twice(), Version(2) >= Version(1), tool.upper, str(row), repr(row), row + 1, row.total(), row._replace(x=5).total()]


if __name__ == "__main__":
    RATE = 100
    Tool.go.__defaults__ = (10,)
    Tool.go.__kwdefaults__["shift"] = 7
    Tool.bare.__defaults__ = None
    Tool.free.__defaults__ = (3,)
    Tool.count = functools.lru_cache(None)(Tool.count)
    Tool.twice = functools.partialmethod(Tool.unchanged, 2)
    Tool.name = "tool"
    Tool.upper = property(lambda self: self.name.upper())
    Row.total = lambda self: self.x + self.y
    Row.__str__ = lambda self: "row %d" % self.x
    Row.__repr__ = lambda self: "Row!"
    Row.__add__ = lambda self, other: "added"
    print(json.dumps(use(Row(1, 2))))
