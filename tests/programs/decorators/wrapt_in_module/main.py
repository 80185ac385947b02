# needs wrapt
"""Functions of a module that a script wraps by ``wrapt``."""

import json

import shapes
import wrapt
from clustrix import cluster


@wrapt.decorator
def traced(wrapped, instance, args, kwargs):
    return ["traced", wrapped(*args, **kwargs)]


shapes.Circle.area = traced(shapes.Circle.area)
shapes.Circle.size = staticmethod(traced(shapes.Circle.size))
shapes.load = traced(shapes.load)


@cluster(cores=1)
def f():
    return shapes.Circle().area(), shapes.Circle.size(2), shapes.load(1), shapes.twice(2), shapes.three()


if __name__ == "__main__":
    print(json.dumps(f()))
