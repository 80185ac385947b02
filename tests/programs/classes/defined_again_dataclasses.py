# needs Python 3.7
# Objects of classes whose names were defined again, before Python tells in which line a class stands.
import enum, json, typing
from dataclasses import dataclass, field
from clustrix import cluster
@dataclass
class D:
    a: int = 1
    b: str = "x"
od = D(5)
@dataclass
class D:
    a: int = 2
    c: float = 0.5
nd = D(7)
@dataclass
class F:
    a: int = 1
of = F(3)
@dataclass(frozen=True)
class F:
    a: int = 1
class N(typing.NamedTuple):
    x: int
    y: int = 3
on = N(1)
class N(typing.NamedTuple):
    y: int
    x: int = 4
class C(enum.Enum):
    X = 1
    Y = 2
oc = C.X
class C(enum.Enum):
    X = "one"
    Y = "two"
class S:
    __slots__ = ("a",)
os_ = S(); os_.a = 1
class S:
    __slots__ = ("b",)
@cluster
def f(od, on, oc, os_, of):
    of.a = 9
    try:
        F(1).a = 2
        z = "no"
    except AttributeError:
        z = "frozen"
    return [repr(od), repr(D()), repr(type(od)()), repr(on), repr(N(1)), on.y, oc.value, C.X.value, type(oc).Y.value, os_.a, S.__slots__[0], of.a, z]
if __name__ == "__main__":
    a = (od, on, oc, os_, of)
    print(json.dumps(f(*a)))
