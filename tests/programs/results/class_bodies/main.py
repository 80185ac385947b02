"""Classes that a job made, whose statements read variables of the function around them."""
import enum
from collections import namedtuple

from clustrix import cluster
from shapes import shape


class Base:
    def describe(self):
        return "base"


@cluster
def make(n, fields):
    Row = namedtuple("Row", fields)

    class Kind(enum.Enum):
        A = n
        B = n + 1

    class Sub(Base):
        """What it is."""

        size = n
        row = Row

        def __init__(self, v, by=n):
            self.v, self.by = v, by

        def grow(self):
            return Sub(self.v + self.size)

        def describe(self):
            return super().describe() + " sub"

        @property
        def kind(self):
            return Kind.A if self.v < 3 else Kind.B

        @staticmethod
        def plain():
            return n * 2

        @classmethod
        def of(cls, v):
            return cls(v)

    class Bare:
        value = n

    return Sub(1), Kind.B, Sub, Bare, Row(1, 2)


@cluster
def of_module():
    return shape(3)()


if __name__ == "__main__":
    one, kind, Sub, Bare, row = make(2, ["x", "y"])
    print(one.v, one.by, one.grow().v, one.grow().kind is kind, type(one) is Sub, Sub.plain(), Sub.of(7).v, one.describe(), Sub.__doc__)
    print(isinstance(one, Base), kind.name, kind.value, Bare.value, type(row) is Sub.row, Sub.row(3, 4).y, Sub.__qualname__, Sub.__module__)
    print(of_module().area())
