import json, itertools, operator, types, array, struct, enum
from clustrix import cluster
VIEW = memoryview(b"xyz")
NS = types.SimpleNamespace(a=1, b=[2])
ARR = array.array("d", [1.0, 2.0])
S = struct.Struct("<i")
GET = operator.itemgetter(1)
ATTR = operator.attrgetter("a")
CALL = operator.methodcaller("upper")
PROXY = types.MappingProxyType({"k": 1})
DICTVIEW = {"a": 1}.keys()
RATES = {"a": 1.5}
SEEN, NAMES, PAIRS, AMOUNTS = types.MappingProxyType(RATES), RATES.keys(), RATES.items(), RATES.values()
LOCKED = {"a": open(__file__)}.keys()
ITER = iter([1, 2, 3]); next(ITER)
ENUMERATE = enumerate("ab")
@cluster
def f():
    return [NS.a, NS.b, list(ARR), S.size, GET([1, 2]), ATTR(NS), CALL("x"), PROXY["k"], next(ITER), next(ENUMERATE)]
@cluster
def g(): return [sorted(DICTVIEW)]
@cluster
def through():
    RATES["b"] = 2.5
    return SEEN["b"], sorted(NAMES), sorted(PAIRS), max(AMOUNTS), sorted(LOCKED)
@cluster
def h(): return bytes(VIEW).decode()
if __name__ == "__main__":
    print(json.dumps(f()))
    for fn in (g, h, through):
        print(json.dumps(fn()))
