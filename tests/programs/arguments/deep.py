import json, sys
from clustrix import cluster
class Node:
    def __init__(self, v): self.v, self.next = v, None
@cluster
def depth(x):
    k = 0
    while x: x = x[0]; k += 1
    return k
@cluster
def walk(n):
    k = 0
    while n is not None: n = n.next; k += 1
    return k
@cluster
def same(a, b, *, c): return [a is b, a is c, len(a)]
@cluster
def change(xs, d):
    xs.append(1); d["new"] = 1; return [xs, d]
def outer_fn(x): return x + 1
@cluster
def calls(fns, table, obj):
    return [g(2) for g in fns] + [table["k"]["f"](3), obj.cb(4), obj.cls(5).v]
class Holder: pass
if __name__ == "__main__":
    x = []
    for i in range(20000): x = [x]
    print(depth(x))
    head = None
    for i in range(20000):
        n = Node(i); n.next = head; head = n
    print(walk(head))
    a = [1, 2]; print(same(a, a, c=a))
    d = {}; xs = [0]; print(json.dumps(change(xs[:], dict(d))))
    h = Holder(); h.cb = lambda v: v * 9; h.cls = Node
    print(calls([outer_fn, lambda q: q * 2, abs, str], {"k": {"f": Node(1).__class__.__name__.__add__ if False else (lambda z: [z])}}, h))
