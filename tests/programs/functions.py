import contextlib
import functools
import json
import logging
import operator
import random
import re
from clustrix import cluster

log = logging.getLogger("prog")
MISSING = object()
TABLE = {"sum": sum, "first": lambda xs: xs[0], "up": str.upper}
WORD = re.compile(r"\w+", re.I)
shared = [1]
also = shared
state = {"n": 0}
counter = 0

@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

@functools.singledispatch
def show(x):
    return "other"

@show.register(int)
def _(x):
    return "int"

@show.register(list)
def _(x):
    return "list of " + show(x[0])

@contextlib.contextmanager
def ctx(name):
    state["n"] += 1
    yield name * 2

def logged(fn):
    @functools.wraps(fn)
    def wrapper(*a, **k):
        log.info("call")
        return ["w", fn(*a, **k)]
    return wrapper

@logged
def wrapped(x):
    """doc of wrapped"""
    return x + 1

add5 = functools.partial(operator.add, 5)
times = functools.partial(lambda a, b: a * b, b=3)

def default(x, sentinel=MISSING):
    return sentinel is MISSING

def bump():
    global counter
    counter += 1
    return counter

@cluster
def tables(xs):
    return [TABLE["sum"](xs), TABLE["first"](xs), TABLE["up"]("a"), WORD.findall("a b")]

@cluster
def tools(n):
    with ctx("x") as v:
        pass
    return [fib(n), show(1), show([1]), show(""), v, wrapped(1), wrapped.__doc__, wrapped.__name__, add5(1), times(2)]

@cluster
def identity():
    return [shared is also, default(1), bump(), bump(), random.Random(3).randint(0, 99)]

@cluster(cores=1)
@logged
def decorated(x):
    return x

@cluster
def takes(f, g, k, items):
    return [f(2), g(3), k(4).v, [h(1) for h in items["fs"]]]

class K:
    def __init__(self, v): self.v = v
    def method(self, x): return [self.v, x]
    @classmethod
    def cm(cls, x): return cls(x).v
    @staticmethod
    def sm(x): return x
    @cluster
    def remote(self, y): return [self.v, y]
    @classmethod
    @cluster
    def remote_cm(cls, y): return [cls.__name__, y]
    @staticmethod
    @cluster
    def remote_sm(y): return ["sm", y]

@cluster
def gives(n):
    return [wrapped, K, K(n)]

@cluster
async def co(x):
    import asyncio
    await asyncio.sleep(0)
    return x * 2

if __name__ == "__main__":
    print(json.dumps([tables([1, 2]), tools(10), identity(), decorated(3)]))
    print(json.dumps(takes(lambda x: x + 1, fib, K, {"fs": [abs, K(1).method, K.cm, K.sm, len.__class__ and (lambda z: [z])]})))
    w, k, inst = gives(4)
    print(json.dumps([w is wrapped, k is K, type(inst) is K, inst.v]))
    print(json.dumps([K(3).remote(1), K.remote_cm(2), K.remote_sm(3)]))
