import json

from clustrix import cluster


class Shape:
    def __init__(self, side):
        self.side = side

    def size(self):
        return ["size", self.side]

    def other(self):
        return ["other", self.side]

    short = lambda self: ["short", self.side]

    @staticmethod
    def fixed(value):
        return ["fixed", value]


Shape.area = Shape.size
Shape.also = Shape.short
Shape.fixed_too = staticmethod(Shape.fixed)
Shape.size, Shape.other = Shape.other, Shape.size


def mixed(kind):
    return type(kind.__name__, (kind, Mixin), {"extra": 1})


class Mixin:
    def mix(self):
        return "mixed in"


@mixed
class Plain:
    def get(self):
        return [self.mix(), self.extra]


@mixed
class Square(Shape, Mixin):
    def size(self):
        return ["square"] + super().size()


@cluster
def job(shape):
    kinds = [[kind.__name__ for kind in one.__mro__] for one in (Plain, Square)]
    calls = [shape.area(), shape.also(), shape.fixed_too(2), shape.size(), shape.other(), Square(5).size(), Plain().get()]
    return calls, kinds


if __name__ == "__main__":
    print(json.dumps(job(Shape(3))))
