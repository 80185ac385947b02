# Functions and classes that exec makes of texts that were put together and kept: by Python's own means for it, or in a variable.
import linecache
from clustrix import cluster

TEMPLATE = "def power(x):\n    return x ** {n} + OFFSET\n"


def make(n, offset):
    text, name = TEMPLATE.format(n=n), f"<power {n}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"OFFSET": offset, "__name__": __name__}
    exec(compile(text, name, "exec"), space)
    return space["power"]


def record(fields):
    lines = ["class Record:", f"    def __init__(self, {', '.join(fields)}):"]
    lines += [f"        self.{one} = {one}" for one in fields]
    lines += ["    def values(self):", "        return [" + ", ".join(f"self.{one}" for one in fields) + "]"]
    return "\n".join(lines) + "\n"


square, cube = make(2, 1), make(3, 10)
text = record(["a", "b"])
exec(text)
plus = {}
plus_text = "def plus(x):\n    return x + %d\n" % 5
exec(plus_text, plus)


@cluster
def f(x):
    inner = {}
    exec("def h(x):\n    return x + %d\n" % 4, inner)
    return [square(x), cube(x), Record(x, 2).values(), plus["plus"](x), inner["h"](x)]


if __name__ == "__main__":
    print(f(4))
