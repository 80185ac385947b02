import numpy as np


class Obj:
    def __init__(self, v):
        self.v = v
        self.arr = np.zeros(2)
        self.kids = []


A1 = np.zeros(2)
A2 = np.zeros(2)
A3 = np.zeros(2)
A4 = np.zeros(2)
A5 = np.zeros(2)
A6 = np.zeros(2)
A7 = np.zeros(2)
L1 = list(range(2))
L2 = list(range(2))
L3 = list(range(2))
L4 = [x for x in "ab"]
O1 = Obj(1)
O2 = Obj(2)
O3 = Obj(3)
DICTS = {"a": dict(x=1), "b": dict(x=2)}
S1 = set(range(2))


def told():
    return [A1.tolist(), A2.tolist(), A3.tolist(), A4.tolist(), A5.tolist(), A6.tolist(), A7.tolist(), L1, L2, L3, L4, O1.v, O2.arr.tolist(), O3.kids, DICTS, sorted(S1)]
