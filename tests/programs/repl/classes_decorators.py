# needs Python 3.7
# run: repl
import json, functools, enum, dataclasses
from clustrix import cluster
def deco(fn):
    @functools.wraps(fn)
    def wrapper(*a):
        return ["d", fn(*a)]
    return wrapper

@deco
def h(x): return x

@dataclasses.dataclass
class D:
    a: int
    b: str = "x"

class Color(enum.Enum):
    RED = 1

class Empty: pass

@cluster
def f(d, c):
    e = Empty()
    return [h(d.a), d.b, c is Color.RED, type(e).__name__]

print("RESULT", json.dumps(f(D(3), Color.RED)))
def outer():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc

inc = outer()
_ = inc()
@cluster
def g(): return inc() + inc()

print("RESULT", g())
