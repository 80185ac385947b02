import contextlib, functools, json, time
from clustrix import cluster

def log(prefix):
    def deco(fn):
        @functools.wraps(fn)
        def wrapper(*a, **k):
            return [prefix, fn(*a, **k)]
        wrapper.calls = 0
        wrapper.original = fn
        return wrapper
    return deco

class CountCalls:
    def __init__(self, fn):
        functools.update_wrapper(self, fn)
        self.fn, self.n = fn, 0
    def __call__(self, *a):
        self.n += 1
        return [self.n, self.fn(*a)]

def register(table):
    def deco(fn):
        table[fn.__name__] = fn
        return fn
    return deco

TABLE = {}

@register(TABLE)
def alpha(x): return x + 1

@register(TABLE)
def beta(x): return alpha(x) * 2

@log("outer")
@log("inner")
def twice(x): return x

@CountCalls
def counted(x): return x * 3

counted(0)

@cluster
@log("below")
def below(x): return [TABLE["beta"](x), twice(x), counted(x), twice.original(1)]

@log("above")
@cluster(cores=1)
def above(x): return x + 1

@functools.lru_cache(None)
def slow(x): return [x, len(TABLE)]

@cluster
@functools.lru_cache(maxsize=3)
def cached(x): return slow(x)

def retry(times):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*a):
            for i in range(times):
                try: return fn(*a)
                except ValueError:
                    if i == times - 1: raise
        return inner
    return deco

tries = []
@retry(3)
def flaky(x):
    tries.append(x)
    if len(tries) < 3: raise ValueError
    return len(tries)

@cluster
def run_flaky(): return flaky(1)

def memo(fn, cache={}):
    def inner(x):
        if x not in cache: cache[x] = fn(x)
        return cache[x]
    return inner
fact = memo(lambda n: 1 if n < 2 else n * fact(n - 1))
fact(3)
run_fact = cluster(fact)

def method_deco(fn):
    @functools.wraps(fn)
    def wrapper(self, *a): return [type(self).__name__, fn(self, *a)]
    return wrapper

class Svc:
    @method_deco
    def go(self, x): return x
    @property
    @functools.lru_cache(None)
    def prop(self): return 5
    @staticmethod
    @log("st")
    def st(x): return x
    @classmethod
    @log("cm")
    def cm(cls, x): return [cls.__name__, x]
    @contextlib.contextmanager
    def ctx(self): yield 7
    by = functools.partialmethod(go, 9)

@cluster
def svc(s):
    with s.ctx() as v:
        return [s.go(1), s.prop, s.st(2), Svc.cm(3), v, s.by()]

if __name__ == "__main__":
    print(json.dumps([below(1), above(2), cached(3), run_flaky(), run_fact(5), svc(Svc())]))
    print(below.__name__, cached.__name__)
