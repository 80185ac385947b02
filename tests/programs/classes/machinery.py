import abc, collections, json, operator
from clustrix import cluster

class Typed:
    def __init__(self, kind, default=None): self.kind, self.default = kind, default
    def __set_name__(self, owner, name):
        self.name = "_" + name
        owner.__dict__.get("fields", []).append(name)
    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.name, self.default)
    def __set__(self, obj, v):
        if not isinstance(v, self.kind): raise TypeError(self.name)
        setattr(obj, self.name, v)

class Row:
    fields = []
    a = Typed(int, 1)
    b = Typed(str, "z")

class Base:
    subs = {}
    def __init_subclass__(cls, *, tag, **kw):
        super().__init_subclass__(**kw)
        Base.subs.setdefault(tag, []).append(cls.__name__)
        cls.tag = tag

class S1(Base, tag="t1"):
    pass
class S2(S1, tag="t2"):
    x = 1

class Meta(type):
    made = []
    def __new__(m, name, bases, ns, **kw):
        ns["injected"] = len(m.made)
        m.made.append(name)
        return super().__new__(m, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw): super().__init__(name, bases, ns)
    def __call__(cls, *a):
        o = super().__call__(*a); o.via = "meta"; return o
    def __len__(cls): return 42
    @property
    def mprop(cls): return cls.__name__.lower()
    @classmethod
    def __prepare__(m, name, bases, **kw): return collections.OrderedDict(prepared=True)

class M1(metaclass=Meta): pass
class M2(M1, opt=1): pass

class Singleton:
    _inst = None
    def __new__(cls, *a):
        if cls._inst is None:
            cls._inst = super().__new__(cls)
        return cls._inst

one = Singleton()
one.data = 5

class Slotted(object):
    __slots__ = ("p", "__q", "__dict__")
    def __init__(self, p): self.p, self.__q = p, p * 2
    def q(self): return self.__q
class SubSlot(Slotted):
    __slots__ = ("r",)

class Private:
    __count = 3
    def __secret(self): return self.__count
    def reveal(self): return self.__secret() + self._Private__count

class Mix1:
    def who(self): return ["m1"] + super().who()
class Mix2:
    def who(self): return ["m2"]
class Mixed(Mix1, Mix2):
    def who(self): return ["mixed"] + super().who()

class Ops:
    def __init__(self, v): self.v = v
    def __add__(self, o): return Ops(self.v + o.v)
    def __eq__(self, o): return self.v == o.v
    def __hash__(self): return hash(self.v)
    def __getitem__(self, k): return self.v * k
    def __call__(self, x): return self.v + x
    def __enter__(self): return self
    def __exit__(self, *a): return True
    def __iter__(self): return iter([self.v])
    def __contains__(self, x): return x == self.v
    def __getattr__(self, name):
        if name.startswith("dyn_"): return name[4:]
        raise AttributeError(name)
    def __bool__(self): return self.v > 0

class Custom:
    def __init__(self, a, b): self.a, self.b, self.lock = a, b, open
    def __getstate__(self): return {"a": self.a, "b": self.b}
    def __setstate__(self, s): self.__dict__.update(s)
class Reduced:
    def __init__(self, a): self.a = a
    def __reduce__(self): return (Reduced, (self.a + 1,))
class NewArgs:
    def __new__(cls, a): o = super().__new__(cls); o.a = a; return o
    def __getnewargs__(self): return (self.a,)
class MyDict(dict):
    def __init__(self, *a): super().__init__(*a); self.extra = 1
    def __missing__(self, k): return "missing " + k
class MyList(list): pass
class MyInt(int):
    def double(self): return self * 2
class MyStr(str): pass
class Abstract(abc.ABC):
    @property
    @abc.abstractmethod
    def p(self): pass
class Concrete(Abstract):
    p = 5
@Abstract.register
class Virtual: pass
class Outer:
    class Inner:
        class Deep:
            v = 1
    def get(self): return self.Inner.Deep()
class Cyc: pass
Cyc.me = Cyc
Cyc.inst = Cyc(); Cyc.inst.cls = Cyc
Dyn = type("Dyn", (Ops,), {"extra": 3, "m": lambda self: self.v * 3})

@cluster
def f():
    r = Row(); out = [r.a, r.b, Row.fields]; r.a = 5; out.append(r.a)
    try: r.b = 3
    except TypeError as e: out.append(str(e))
    out += [Base.subs, S2.tag, S1.tag, Meta.made, M1.injected, M2.injected, M1().via, len(M2), M1.mprop, M1.prepared]
    out += [Singleton() is one, one.data, Singleton().data, Slotted(2).q(), Private().reveal(), Mixed().who()]
    out += [(Ops(1) + Ops(2)).v, Ops(2)[3], Ops(1)(5), list(Ops(4)), 3 in Ops(3), Ops(1).dyn_xy, bool(Ops(0)), {Ops(1): 2}[Ops(1)]]
    with Ops(1): raise ValueError
    out += [MyDict(a=1)["b"] if False else MyDict({"a": 1})["b"], MyInt(4).double(), Concrete().p, isinstance(Virtual(), Abstract), Outer().get().v, Cyc.me is Cyc, Cyc.inst.cls is Cyc, Dyn(2).m(), Dyn.extra]
    return out

@cluster
def g(c, r, n, d, l, i, s, slot, o):
    return [c.a,  n.a, d["x"], d.extra, d["q"], list(l), l.attr, i.double(), s.upper(), slot.q(), slot.r, slot.free, type(o).__qualname__], [c, d, l, i, slot, o]

if __name__ == "__main__":
    print(json.dumps(f()))
    d = MyDict({"x": 1}); l = MyList([1]); l.attr = 2; slot = SubSlot(1); slot.r = 3; slot.free = 4
    out, back = g(Custom(1, 2), Reduced(1), NewArgs(3), d, l, MyInt(4), MyStr("s"), slot, Outer.Inner.Deep())
    print(json.dumps([out, [type(b).__name__ for b in back], type(back[0]) is Custom, back[4].q(), type(back[5]) is Outer.Inner.Deep]))
