# Classes that were saved before their names were defined again.
import enum, json, collections
from clustrix import cluster
class Cfg:
    a = 1
Old = Cfg
class Cfg:
    a = 2
class Cfg2(Old):
    b = [1]
O2 = Cfg2
class Cfg2(Cfg):
    b = [2]
class Col(enum.Enum):
    X = 1
OC = Col
class Col(enum.Enum):
    X = 2
class E1(Exception): pass
OE = E1
class E1(ValueError): pass
def make(flag):
    if flag:
        class T:
            k = "yes"
    else:
        class T:
            k = "no"
    return T
A, B = make(True), make(False)
def two():
    class T:
        def m(self): return 1
    first = T
    class T:
        def m(self): return 2
    return first, T
P, Q = two()
def mk(x):
    class R:
        def m(self): return x
    return R
R1 = mk(1); R2 = mk(2)
class Meth:
    def m(self): return "old"
OM = Meth
class Meth:
    def m(self): return "new"
for name in ("u", "v"):
    class Loop:
        tag = name
    globals()["L" + name] = Loop
@cluster
def f():
    try:
        raise OE("x")
    except ValueError:
        e = "wrong"
    except Exception as err:
        e = type(err).__mro__[1].__name__
    return [Old.a, Cfg.a, O2.b, Cfg2.b, O2.a, Cfg2.a, OC.X.value, Col.X.value, e, issubclass(E1, ValueError), A.k, B.k, P().m(), Q().m(), R1().m(), R2().m(), OM().m(), Meth().m(), Lu.tag, Lv.tag]
if __name__ == "__main__":
    print(json.dumps(f()))
