"""Functions of modules have filled lists and dicts with methods, patterns and the like; a module that the call does not reach fills them, too."""
import functools
import extras
import tools
from clustrix import cluster


class Counter:
    def __init__(self):
        self.n = 3

    def count(self, more=0):
        self.n += more
        return self.n


counter = Counter()
extras.install()
tools.on(counter.count, "x+", "y")
tools.on(functools.partial(counter.count, 4))
tools.compiled("b").match("b")


@cluster
def work():
    return [sorted(tools.OPS), tools.NAMES, sorted(tools.MORE), [one() for one in tools.HANDLERS], [one() for one in tools.Bus.handlers],
            [one.pattern for one in tools.PATTERNS], tools.SPARE["last"].pattern, tools.HANDLERS[0].__self__ is counter, counter.n,
            tools.compiled("b").pattern]


if __name__ == "__main__":
    print(work())
