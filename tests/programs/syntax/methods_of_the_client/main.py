"""What only the client calls of a class may need a newer Python: syntax, what the standard library has."""
import math

import shapes
from clustrix import cluster


class Run:
    def __init__(self, name, seconds):
        self.name, self.seconds = name, seconds

    def cost(self, rate):
        return self.seconds * rate

    @property
    def shown(self):
        match self.name:
            case "fit":
                return "a fit"
            case _:
                return self.name

    def share(self, whole):
        if (part := self.seconds / whole) > 1:
            raise ValueError(part)
        return math.prod([part, 100])


@cluster
def costs(runs, rate):
    return [run.cost(rate) for run in runs], runs[0]


@cluster
def asks(run, name):
    return getattr(run, name)


@cluster
def asks_in_parts(run):
    return "{0.shown}".format(run)


@cluster
def areas(shape):
    return shape.area(), shapes.Square(3).area()


if __name__ == "__main__":
    runs = [Run("fit", 2.0), Run("plot", 1.0)]
    found, first = costs(runs, 3)
    print(found, first.shown, first.share(4))
    for call in (lambda: asks(runs[0], "shown"), lambda: asks_in_parts(runs[0])):
        try:
            print(call() == "a fit")
        except Exception as error:
            print("`match` at main.py line 17 needs Python 3.10" in str(error))
    print(areas(shapes.Square(2)), shapes.Square(2).told(), shapes.Square(2).is_large())
