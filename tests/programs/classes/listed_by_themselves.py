import collections
from typing import NamedTuple

from clustrix import cluster

Pair = collections.namedtuple("Pair", "left right")
Pair.__new__.__defaults__ = (0,)
Pair.both = property(lambda self: self.left + self.right)
Pair.zero = Pair(0)


class Obs(NamedTuple):
    """An observation."""
    time: float
    value: float = 1.0


class Meta(type):
    registry = {}
    def __new__(meta, name, bases, body, **words):
        made = super().__new__(meta, name, bases, body, **words)
        meta.registry[name] = made
        return made
    def __len__(cls):
        return len(cls.registry)


class Base(metaclass=Meta):
    kinds = {}
    def __init_subclass__(cls, kind=None, **words):
        super().__init_subclass__(**words)
        Base.kinds[kind] = cls


class Linear(Base, kind="linear"):
    def __call__(self, x):
        return 2 * x


class Square(Linear, kind="square"):
    def __call__(self, x):
        return super().__call__(x) ** 2


@cluster
def run(kind, x):
    made = Base.kinds[kind]()
    return [made(x), sorted(Base.kinds), sorted(Meta.registry), len(Base), Meta.registry["Linear"] is Linear]


@cluster
def tuples():
    return Pair(5), Pair(1, 2).both, Pair.zero, Obs(0), Obs.__doc__, sorted(Obs._field_defaults)


if __name__ == "__main__":
    print(run("square", 3), run("linear", 3))
    print(tuples())
