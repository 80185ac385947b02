import json, traceback
from clustrix import cluster

class NoArgs(Exception):
    def __init__(self): super().__init__("fixed message")
class Two(Exception):
    def __init__(self, a, b): self.a, self.b = a, b
    def __str__(self): return "%s/%s" % (self.a, self.b)
class KwOnly(ValueError):
    def __init__(self, *, code): super().__init__("bad input %d" % code); self.code = code
class FromNew(Exception):
    def __new__(cls, x): o = super().__new__(cls, x); o.via = "new"; return o
    def __init__(self, x): super().__init__("msg " + x)
class WithReduce(Exception):
    def __init__(self, a, b): super().__init__(a); self.b = b
    def __reduce__(self): return (WithReduce, (self.args[0], self.b))
class Slots(Exception):
    __slots__ = ("k",)
    def __init__(self, k): super().__init__("slots"); self.k = k
class Unpicklable(Exception):
    def __init__(self, m): super().__init__(m); self.gen = (i for i in [1]); self.keep = 5
class Multi(KeyError, AttributeError): pass
class MyStop(StopIteration): pass
class MyExit(SystemExit): pass
class MyOS(FileNotFoundError): pass
class Base(BaseException): pass

def raiser(kind):
    if kind == "noargs": raise NoArgs()
    if kind == "two": raise Two(1, [2])
    if kind == "kw": raise KwOnly(code=-1)
    if kind == "new": raise FromNew("q")
    if kind == "reduce": raise WithReduce("a", "b")
    if kind == "slots": raise Slots(4)
    if kind == "unpicklable": raise Unpicklable("up")
    if kind == "multi": raise Multi("k")
    if kind == "stop": raise MyStop(3)
    if kind == "os": raise MyOS(2, "gone", "file.txt")
    if kind == "base": raise Base("b")
    if kind == "keyerror": {}["missing"]
    if kind == "index": [][3]
    if kind == "attr": None.nope
    if kind == "name": undefined_name
    if kind == "type": len(3)
    if kind == "unicode": "é".encode("ascii")
    if kind == "decode": b"\xff".decode("utf8")
    if kind == "recursion": return raiser(kind)
    if kind == "assert": assert kind == "x", {"detail": 1}
    if kind == "syntax": compile("a b", "x.py", "exec")
    if kind == "int": int("zz")
    if kind == "kbd": raise KeyboardInterrupt("k")
    if kind == "genexit": raise GeneratorExit
    if kind == "chain":
        try:
            try: 1 / 0
            except ZeroDivisionError: raise Two("inner", 1)
        except Two as e: raise KwOnly(code=7) from e
    if kind == "context":
        try: {}["k"]
        except KeyError: raise ValueError("during")
    if kind == "none":
        try: {}["k"]
        except KeyError: raise ValueError("hidden") from None

@cluster
def f(kind):
    return raiser(kind)

@cluster
def local_class():
    class Here(Exception): pass
    raise Here("from inside")

@cluster
def returns():
    return [Two(1, 2), KwOnly(code=3), ValueError("v"), KwOnly]

KINDS = "noargs two kw new reduce slots unpicklable multi stop os base keyerror index attr name type unicode decode recursion assert syntax int chain context none".split()
if __name__ == "__main__":
    for kind in KINDS:
        try: f(kind)
        except BaseException as e:
            own = {k: v for k, v in vars(e).items() if k not in ("__notes__", "gen", "name", "obj")}
            text = str(e) if kind not in ("recursion", "attr", "name", "type", "syntax") else ""
            chain = []
            c = e
            if kind in ("chain", "context", "none"):
                while c is not None and len(chain) < 5:
                    chain.append(type(c).__name__); c = c.__cause__ or (None if c.__suppress_context__ else c.__context__)
                chain = [x for x in chain if x != "RemoteTraceback"]
            print(kind, type(e).__name__, text, json.dumps(own, default=repr), chain, isinstance(e, globals().get(type(e).__name__, type(e))), getattr(e, "k", None), getattr(e, "value", None), getattr(e, "errno", None), getattr(e, "filename", None) if kind == "os" else "")
    try: local_class()
    except Exception as e: print(type(e).__name__, e)
    a, b, c, d = returns()
    print(str(a), b.code, str(b), type(b) is KwOnly, c, d is KwOnly)
    try: f("kw")
    except KwOnly as e:
        text = "".join(traceback.format_exception(type(e), e, e.__traceback__))
        print('raise KwOnly(code=-1)' in text, "kinds.py" in text)
