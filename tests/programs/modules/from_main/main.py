# Modules that import the script itself: what they read from it, a base class and a function among it, is there before they are.
from clustrix import cluster

RATE = 3
LOG = []
UNUSED = open(__file__)


def double(x):
    return helper.twice(x)


class Base:
    def name(self):
        return type(self).__name__ + helper.SUFFIX


import helper


@cluster
def f(x):
    from plugin import Child, compute

    LOG.clear()
    helper.note(x)
    return [compute(x), Child().name(), isinstance(Child(), Base), helper.area(x), LOG == [4], helper.is_same(Base)]


if __name__ == "__main__":
    print(f(4))
    RATE = 5
    print(f(4))
    UNUSED.close()
