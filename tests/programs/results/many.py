import collections, datetime, decimal, json, random, re, types, uuid, functools, pathlib
from clustrix import cluster
class Node:
    def __init__(self, v): self.v, self.kids = v, []
class Tree(dict): pass
Pt = collections.namedtuple("Pt", "x y")

@cluster
def f(kind):
    if kind == "cyc":
        a = [1]; a.append(a); return a
    if kind == "node":
        n = Node(1); k = Node(2); n.kids.append(k); k.parent = n; return n
    if kind == "deep":
        x = []
        for i in range(5000): x = [x]
        return x
    if kind == "linked":
        head = None
        for i in range(5000):
            n = Node(i); n.next = head; head = n
        return head
    if kind == "big": return b"x" * 5000000
    if kind == "types": return [Pt(1, 2), datetime.date(2020, 1, 1), decimal.Decimal("1.5"), re.compile("x+"), uuid.UUID(int=1), {1, 2}, 1 + 2j, range(3), slice(1), b"b", bytearray(b"c"), None, ..., collections.OrderedDict(a=1), collections.deque([1]), pathlib.PurePosixPath("a/b"), int, len, types.SimpleNamespace(a=1), functools.partial(int, base=2), ValueError("e"), float("inf"), "\ud800", 2 ** 100]
    if kind == "made":
        class Made:
            z = 3
            def __init__(self): self.q = 1
            def both(self): return [self.q, self.z]
        return Made()
    if kind == "fn":
        def inner(x): return helper(x) + 1
        return inner
    if kind == "shared":
        s = [1]; return {"a": s, "b": s}
    if kind == "tree": t = Tree(a=Tree(b=1)); return t
    if kind == "none": return None
def helper(x): return x * 2

@cluster
def back(arg): return arg

if __name__ == "__main__":
    a = f("cyc"); print(a[1] is a)
    n = f("node"); print(type(n) is Node, n.kids[0].parent is n)
    d = f("deep"); k = 0
    while d: d = d[0]; k += 1
    print(k)
    h = f("linked"); k = 0
    while h: h = h.next; k += 1
    print(k)
    print(len(f("big")))
    t = f("types"); print(t[0].x, type(t[0]) is Pt, t[1:3], t[3].pattern, t[4:13], list(t[13]), t[14], t[15], t[16] is int, t[17] is len, t[18].a, t[19]("11"), repr(t[20]), t[21], ascii(t[22]), t[23])
    m = f("made"); print(type(m).__name__, m.both())
    print(f("fn")(4))
    s = f("shared"); print(s["a"] is s["b"], type(f("tree")) is Tree, f("none"))
    arg = {"l": [1]}; r = back(arg); print(r == arg, arg)
    print(back(Node) is Node, back(helper) is helper, back(f.__wrapped__ if hasattr(f, "__wrapped__") else f) is not None)
