# needs wrapt
"""A decorator of classes that puts functions wrapped by ``wrapt`` in the place of those that are written."""

import json

import wrapt
from clustrix import cluster


@wrapt.decorator
def traced(wrapped, instance, args, kwargs):
    return [type(instance).__name__, wrapped(*args, **kwargs)]


def solver(kind):
    kind.__call__ = traced(kind.__call__)
    kind.step = traced(kind.step)
    kind.slope = staticmethod(traced(kind.slope))
    kind.more = traced(lambda self: "more")
    kind.named = traced(classmethod(lambda cls, x: [cls.__name__, x]))
    return kind


@solver
class Euler:
    def __call__(self, y):
        return y + self.step(y)[1]

    def step(self, y):
        return self.slope(y)[1] * 2

    @staticmethod
    def slope(y):
        return -y

    @traced
    def written(self):
        return "written"


class Midpoint(Euler):
    def step(self, y):
        return ["midpoint", self.slope(y)[1] * 3]


@cluster(cores=1)
def f(y):
    return [[one(y), one.step(y), one.slope(y), one.more(), one.named(1), one.written()] for one in (Euler(), Midpoint())]


if __name__ == "__main__":
    print(json.dumps(f(1)))
