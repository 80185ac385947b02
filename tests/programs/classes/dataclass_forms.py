# needs Python 3.7
import json
import dataclasses
from dataclasses import dataclass, field, InitVar
from typing import ClassVar, List, Optional, Dict, NamedTuple, Generic, TypeVar
from enum import Enum, IntEnum, Flag, auto, unique
from clustrix import cluster

T = TypeVar("T")

class Kind(Enum):
    A = auto()
    B = auto()
    def next(self): return Kind.B if self is Kind.A else Kind.A
@unique
class Level(IntEnum):
    LOW = 1
    HIGH = 5
class Perm(Flag):
    R = auto(); W = auto()
class Planet(Enum):
    EARTH = (1, 2)
    def __init__(self, m, r): self.m, self.r = m, r
    @property
    def ratio(self): return self.m / self.r
    @classmethod
    def _missing_(cls, v): return cls.EARTH
Func = Enum("Func", "X Y")

@dataclass(order=True)
class Item:
    name: str
    n: int = 0
    tags: List[str] = field(default_factory=list, compare=False)
    total: int = field(init=False, repr=False, default=0)
    count: ClassVar[int] = 0
    seed: InitVar[int] = 1
    def __post_init__(self, seed):
        self.total = self.n * seed
        Item.count += 1

@dataclass(frozen=True)
class Key:
    a: int
    def bump(self): return dataclasses.replace(self, a=self.a + 1)

@dataclass
class Sub(Item):
    extra: Optional[Dict[str, "Item"]] = None
    parent: "Sub" = None

class NT(NamedTuple):
    x: int
    y: str = "d"
    @property
    def both(self): return (self.x, self.y)

class Box(Generic[T]):
    def __init__(self, v: T): self.v = v
class IntBox(Box[int]): pass

@cluster
def f(items, key, kind):
    s = Sub("s", 2, extra={"i": items[0]}); s.parent = s
    out = [sorted(items)[0].name, items[0].total, {key: 1}[Key(1)], key.bump().a, kind.next() is Kind.B, Kind["A"] is kind, Level.HIGH > Level.LOW, bool(Perm.R & (Perm.R | Perm.W)),
           Planet.EARTH.ratio, Planet(99) is Planet.EARTH, Func.X.value, s.parent is s, dataclasses.asdict(items[0]), NT(1).both, IntBox(2).v, Item.count, dataclasses.is_dataclass(Sub), [x.name for x in dataclasses.fields(Sub)]]
    try: key.a = 3
    except dataclasses.FrozenInstanceError as e: out.append("frozen")
    return out, [s, key, kind, Level.HIGH, Perm.R | Perm.W, NT(5), Func.Y, IntBox(3)]

if __name__ == "__main__":
    Item.count = 100
    out, back = f([Item("b", 3, seed=2), Item("a")], Key(1), Kind.A)
    print(json.dumps(out))
    print(back[0].parent is back[0], back[1] == Key(1), back[2] is Kind.A, back[3] is Level.HIGH, back[4] == Perm.R | Perm.W, back[5].both, back[6] is Func.Y, type(back[7]) is IntBox)
