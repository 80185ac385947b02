# needs Python 3.7
"""Dataclasses that a job made, whose statements read variables of the function around them."""
from dataclasses import InitVar, dataclass, field, fields
from typing import ClassVar, List

from clustrix import cluster


@dataclass
class Base:
    name: str = "base"
    tags: List[str] = field(default_factory=list)


@cluster
def make(default, unit):
    kind = "p"

    @dataclass(order=True)
    class Point:
        x: int
        y: int = default
        label = kind
        how: ClassVar[str] = unit
        extra: List[int] = field(default_factory=list, compare=False, metadata={"unit": unit})

        def plus(self):
            return self.y - default

        @property
        def both(self):
            return self.x, self.y

    return Point, Point(1)


@cluster
def inherited(start):
    @dataclass
    class Sub(Base):
        """Below."""

        n: int = start
        by: InitVar[int] = start + 1

        def __post_init__(self, by):
            self.n *= by

    @dataclass(frozen=True)
    class Key:
        part = start
        a: int = start

    return Sub(), Key(5), Key


if __name__ == "__main__":
    Point, one = make(7, "m")
    print(one, Point(2, 3), Point(1) == one, Point(1) < Point(2), one.plus(), one.both, Point.label, Point.how)
    print([(f.name, f.default if f.name == "y" else None, dict(f.metadata), f.compare) for f in fields(Point)], type(one) is Point)
    other = Point(1)
    other.extra.append(1)
    print(Point(1).extra, other.extra, Point.__qualname__, Point.__module__)
    sub, key, Key = inherited(3)
    print(sub, type(sub)(n=2), isinstance(sub, Base), type(sub).__doc__)
    try:
        key.a = 1
    except AttributeError as error:
        print(type(error).__name__, key.a, hash(key) == hash(Key(5)), {Key(5): 1}[key], Key.part)
