import abc
import collections
import enum
import functools
import json
import typing
from clustrix import cluster

REGISTRY = {}

class Meta(type):
    def __new__(mcs, name, bases, ns, tag=None):
        cls = super().__new__(mcs, name, bases, ns)
        cls.tag = tag
        REGISTRY[name] = cls
        return cls
    def __init__(cls, name, bases, ns, tag=None):
        super().__init__(name, bases, ns)

class Base(metaclass=Meta, tag="base"):
    made = []
    def hello(self):
        return "base"

class Child(Base, tag="child"):
    def hello(self):
        return "child+" + super().hello()

class Plugin:
    plugins = []
    def __init_subclass__(cls, key=None, **kw):
        super().__init_subclass__(**kw)
        cls.key = key
        Plugin.plugins.append(key)

class One(Plugin, key="one"):
    pass

class Two(Plugin, key="two"):
    pass

class Slots:
    __slots__ = ("x", "_y", "__z")
    def __init__(self, x):
        self.x, self._y, self.__z = x, x + 1, x + 2
    @property
    def z(self):
        return self.__z

class Color(enum.Enum):
    RED = 1
    BLUE = "b"
    @property
    def low(self):
        return self.name.lower()

class Flags(enum.IntFlag):
    A = 1
    B = 2

Point = collections.namedtuple("Point", "x y")

class Named(typing.NamedTuple):
    a: int
    b: str = "dflt"
    def both(self):
        return [self.a, self.b]

T = typing.TypeVar("T")

class Box(typing.Generic[T]):
    def __init__(self, item):
        self.item = item
    def get(self):
        return self.item

class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @classmethod
    def make(cls, *a):
        return cls(*a)
    @staticmethod
    def unit():
        return "m2"

class Sq(Shape):
    count = 0
    def __init__(self, s):
        self.s = s
        type(self).count += 1
    def area(self):
        return self.s ** 2
    def __eq__(self, o):
        return isinstance(o, Sq) and o.s == self.s
    def __hash__(self):
        return hash((SALT, self.s))

SALT = "salt"

@functools.total_ordering
class Version:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n

class Desc:
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, obj, cls=None):
        return self.name if obj is None else obj.__dict__.get(self.name, "unset")
    def __set__(self, obj, value):
        obj.__dict__[self.name] = value

class Uses:
    field = Desc()

class Outer:
    class Inner:
        value = 5
        def who(self):
            return type(self).__qualname__
    def make(self):
        return Outer.Inner()

class Node:
    def __init__(self, v, parent=None):
        self.v, self.parent, self.kids = v, parent, []
    def add(self, v):
        k = Node(v, self); self.kids.append(k); return k

@cluster
def metas():
    return [Child().hello(), Child.tag, Base.tag, sorted(REGISTRY), REGISTRY["Child"] is Child]

@cluster
def plugins():
    return [Plugin.plugins, One.key, Two.key]

@cluster
def slots(s):
    return [s.x, s._y, s.z, hasattr(s, "__dict__")]

@cluster
def enums(c):
    return [c is Color.RED, c.low, Color("b").name, int(Flags.A | Flags.B), isinstance(Flags.A, Flags)]

@cluster
def tuples(p):
    return [p.x, p._replace(y=9).y, Named(1).both(), Box([1]).get(), type(p).__name__]

@cluster
def shapes(n):
    sq = Sq.make(n)
    return [sq.area(), Sq.count, Shape.unit(), {sq: 1}[Sq(n)], Version(1) < Version(2), Version(2) >= Version(1)]

@cluster
def others():
    u = Uses(); before = u.field; u.field = 3
    return [before, u.field, Uses.field, Outer().make().who(), Outer.Inner.value]

@cluster
def tree(root):
    root.add(7)
    return root

if __name__ == "__main__":
    Sq.count = 10
    Base.made.append(1)
    root = Node(1); root.add(2)
    back = tree(root)
    p = Point(1, 2)
    print(json.dumps([metas(), plugins(), slots(Slots(1)), enums(Color.RED), tuples(p), shapes(3), others()]))
    print(json.dumps([[k.v for k in back.kids], back.kids[0].parent is back, type(back) is Node]))
    Child.hello = lambda self: "patched"
    print(json.dumps(metas()))
