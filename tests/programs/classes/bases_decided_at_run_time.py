import abc
import json
import types
from collections import namedtuple
from typing import Generic, TypeVar

from clustrix import cluster

T = TypeVar("T")
MADE = []


class Fast:
    kind = "fast"


class Exact:
    kind = "exact"


LARGE = True
KINDS = {"used": Fast}
shapes = types.ModuleType("shapes")
shapes.Base = Fast


class Listed(type):
    def __new__(mcs, name, bases, namespace):
        return super().__new__(mcs, name, bases, dict(namespace, tag=name.lower()))


def storing(place):
    MADE.append(place)

    class Store:
        def save(self):
            return "%s in %s" % (type(self).__name__, place)

        @cluster
        def saved(self):
            return [self.save(), __class__ is type(self).__mro__[1], super().__str__ is not None]

    return Store


def with_metaclass(meta, *bases):
    class Temporary(type):
        def __new__(mcs, name, _, namespace):
            return meta(name, bases, namespace)

    return type.__new__(Temporary, "temporary", (), {})


def listing():
    return Listed("Listing", (), {"level": len(MADE)})


class Chosen(Fast if LARGE else Exact):
    pass


class Looked(KINDS["used"]):
    pass


class Named(shapes.Base):
    pass


class Disk(storing("disk"), abc.ABC):
    pass


class Several(*[Exact, Disk]):
    pass


class Row(namedtuple("Row", "x y")):
    def total(self):
        return self.x + self.y


class Box(Generic[T], storing("box")):
    pass


class Old(with_metaclass(Listed, Exact)):
    pass


class Made(listing()):
    pass


class Unnamed(type("Inner", (), {"inner": [1]})):
    pass


@cluster
def kinds():
    found = [Chosen.kind, Looked.kind, Named.kind, Several.kind, Old.kind, Old.tag, Made.tag, Made.level, Unnamed.inner]
    return found, [Disk().save(), Several().save(), Row(1, 2).total(), MADE], Box.__mro__[1].__name__


if __name__ == "__main__":
    LARGE, KINDS["used"], shapes.Base = False, Exact, Exact
    print(json.dumps(kinds()))
    print(json.dumps([Disk().saved(), Several().save(), storing("else").__name__]))
