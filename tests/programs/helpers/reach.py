import functools, json, operator
from clustrix import cluster
def a(x): return x + 1
def b(x): return a(x) * 2
alias = b
class Ops:
    table = {"a": a, "b": b}
    pick = staticmethod(b)
    @staticmethod
    def stat(x): return alias(x)
    def dispatch(self, name): return getattr(self, "do_" + name)()
    def do_one(self): return a(1)
    def do_two(self): return self.do_one() + 1
TABLE = {"sum": lambda xs: sum(map(a, xs)), "op": operator.mul, "meth": Ops().dispatch}
chain = [a, b, functools.partial(b), functools.partial(max, 3)]
composed = functools.reduce(lambda f, g: lambda x: g(f(x)), [a, b])
class Node:
    def __init__(self, fn): self.fn = fn
tree = Node(lambda x: Node(lambda y: a(x) + y))
def recursive(n): return 1 if n == 0 else n * recursive(n - 1)
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
def gen(n):
    for i in range(n): yield a(i)
def with_inner(x):
    def inner(y): return b(y) + x
    class C:
        def m(self): return inner(x)
    return C().m()
@cluster
def f(x):
    from functools import reduce
    return [alias(x), Ops.table["a"](x), Ops.pick(x), Ops.stat(x), Ops().dispatch("two"), TABLE["sum"]([1, 2]), TABLE["op"](2, 3), TABLE["meth"]("one"),
            [c(x) for c in chain], composed(x), tree.fn(1).fn(2), recursive(5), even(10), list(gen(3)), with_inner(2), reduce(lambda p, q: p + a(q), [1, 2]), sorted([3, 1], key=lambda v: -b(v)),
            globals()["a"](1) if "a" in globals() else None]
if __name__ == "__main__": print(json.dumps(f(3)))
