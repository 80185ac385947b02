import json
from clustrix import cluster
class A:
    limit = 1
    table = {"a": 1}
    gone = True
    def m(self): return "m"
    @classmethod
    def c(cls): return cls.limit
def outside(self): return "outside %d" % self.limit
A.limit = 5
A.table["b"] = 2
A.m2 = outside
A.prop = property(lambda self: self.limit * 2)
A.st = staticmethod(lambda x: x + 1)
A.cm = classmethod(lambda cls: cls.__name__)
A.nothing = None
A.__annotations__ = {"limit": int, "extra": "str"}
A.obj = object
del A.gone
orig = A.m
A.m = lambda self: "patched " + orig(self)
class B(A):
    limit = 7
B.c = classmethod(lambda cls: "b" + str(cls.limit))
inst = A()
inst.m3 = lambda: "instance"
@cluster
def f(b):
    return [A.limit, A.table, A().m2(), A().prop, A.st(1), A.cm(), A.nothing, A.obj is object, hasattr(A, "gone"), A().m(), B.c(), A.c(), inst.m3(), b.m2(), b.__class__ is B, sorted(A.__annotations__)]
if __name__ == "__main__":
    print(json.dumps(f(B())))
    A.limit = 6
    A.m = orig
    print(json.dumps(f(B())))
