"""Functions and methods of a module around which a script puts something, which says by ``functools.wraps`` that it is what it wraps."""

import functools
import json
import shapes
from shapes import Circle, twice
from clustrix import cluster


def logged(fn):
    @functools.wraps(fn)
    def inner(*a, **k):
        return ["l", fn(*a, **k)]

    return inner


class Const:
    def __init__(self, v):
        self.v = v

    def __call__(self, *a):
        return [self.v, list(a)]

    def __get__(self, obj, cls=None):
        return self if obj is None else lambda *a: ["bound", self.v, list(a)]


Circle.side = functools.lru_cache(None)(Circle.side)
Circle.grow = functools.partialmethod(Circle.grow, 5)
Circle.name = property(lambda self: "renamed")
Circle.cm = classmethod(logged(Circle.cm.__func__))
Circle.__call__ = logged(Circle.__call__)
Circle.__len__ = functools.lru_cache(None)(lambda self: 7)
Circle.__iter__ = None
Circle.extra = Const(1)
Circle.st = staticmethod(functools.lru_cache(None)(Circle.st))
shapes.Derived.go = logged(shapes.Base.go)
shapes.parse = functools.lru_cache(None)(logged(shapes.parse))
shapes.other = logged(shapes.other)
shapes.made = functools.partial(shapes.made, 9)
shapes.CONST = Const("c")


@cluster(cores=1)
def f():
    c = Circle()
    try:
        iter(c)
        it = True
    except TypeError:
        it = False
    return [
        c.side(),
        c.grow(),
        c.name,
        c.cm(2),
        c.st(1),
        c(),
        len(c),
        it,
        c.extra(3),
        shapes.Derived().go(),
        shapes.load(1),
        len(twice(1)),
        shapes.made(),
        shapes.CONST(1),
        shapes.Base().go(),
        shapes.other(1),
        shapes.uses(2),
    ]


if __name__ == "__main__":
    print(json.dumps(f()))
