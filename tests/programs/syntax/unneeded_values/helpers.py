import contextvars
import math
import zoneinfo
from graphlib import TopologicalSorter

STEP = 3; TOTAL = math.prod(  # a remark
    [2, 5]
); WORD = "é"; MORE = math.prod([1])
VAR = contextvars.ContextVar("VAR", default=4)
ZONE: "zoneinfo.ZoneInfo" = zoneinfo.ZoneInfo("UTC")
ORDER = list(TopologicalSorter({1: [2]}).static_order())
LARGEST = max(n := math.prod([2, 3]), 4)
BOTH = dict(a=1) | {"b": 2}
KEYS = sorted(BOTH)
FIRST, *OTHERS = KEYS


def grow(x):
    return [x + STEP, WORD]


def later():
    return [VAR.get(), str(ZONE), ORDER, LARGEST, n, BOTH, FIRST, OTHERS, TOTAL, MORE]
