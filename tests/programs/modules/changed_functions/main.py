import json
from clustrix import cluster
import lib

view = lib.LEVELS


def replacement(x):
    return ["patched", x]


@cluster
def f(x):
    view.append("there")
    return lib.one(x), lib.calls_one(x), lib.two(x), lib.Thing().go(x), lib.Thing.limit, lib.run(), view is lib.levels(), lib.levels()


if __name__ == "__main__":
    lib.two = (lambda inner: lambda x: ["wrapped", inner(x)])(lib.two)
    lib.one.__code__ = replacement.__code__
    lib.Thing.go = lambda self, x: ["method", x]
    lib.Thing.limit = 99
    lib.run.__defaults__ = (5,)
    lib.run.__kwdefaults__ = {"k": 6}
    view.append("here")
    print(json.dumps(f(1)))
