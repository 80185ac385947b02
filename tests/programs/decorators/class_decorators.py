import functools, json
from clustrix import cluster

def add_repr(cls):
    cls.__repr__ = lambda self: "<%s %s>" % (cls.__name__, sorted(vars(self)))
    return cls

def singleton(cls):
    made = []
    @functools.wraps(cls, updated=())
    def get(*a):
        if not made: made.append(cls(*a))
        return made[0]
    return get

REG = {}
def registered(name):
    def deco(cls):
        REG[name] = cls
        cls.kind = name
        return cls
    return deco

@add_repr
@registered("a")
class A:
    def __init__(self): self.x = 1

@registered("b")
class B(A):
    pass

@singleton
class Only:
    def __init__(self, v): self.v = v

def wrap(cls):
    class Wrapped(cls):
        def hello(self): return "wrapped " + super().hello()
    Wrapped.__name__ = cls.__name__
    return Wrapped

@wrap
class Greeter:
    def hello(self): return "hi"

@functools.total_ordering
class V:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n

@cluster
def f():
    return [repr(A()), repr(B()), sorted(REG), REG["b"] is B, B.kind, A.kind, Only(3).v, Only(4) is Only(5), Greeter().hello(), V(1) <= V(1), V(1) >= V(2)]

if __name__ == "__main__":
    print(json.dumps(f()))
