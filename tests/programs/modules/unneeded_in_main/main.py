# What a script imports, and the cluster does not have, is asked for by those alone who use it.
import json

import client_side
import wcwidth as w
from client_side import Plot, paint
from clustrix import cluster
from wcwidth import wcswidth


class Shape:
    def __init__(self, x):
        self.x = x

    def size(self):
        return self.x + 1

    def show(self):
        return wcswidth(str(self.x)) + w.wcwidth("x")


class Figure(Plot):
    title = w.wcwidth
    painted = client_side.TABLE["a"]

    def draw(self):
        return paint(self)


def show(x):
    return client_side.paint(Figure(x)) + w.wcwidth("y")


KINDS = {"shape": Shape, "plot": Plot, "paint": paint, "lib": w}


@cluster
def f(shape, x, plot=False):
    if plot:
        show(x)
    return [shape.size(), KINDS["shape"](x).size(), sorted(KINDS)]


@cluster
def used(how):
    try:
        return {"module": lambda: client_side.paint(1), "name": lambda: paint(1), "base": lambda: Figure(1).x}[how]()
    except ImportError as error:
        return str(error)


if __name__ == "__main__":
    print(json.dumps(f(Shape(3), 3)))
    print([used(how) in (1, "no screen") for how in ("module", "name", "base")])
