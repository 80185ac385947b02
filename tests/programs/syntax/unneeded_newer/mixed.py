import math
from functools import cache
import tomllib
def old(x): return x + base()
def base(): return 1
def newer(x):
    match x:
        case 1: return "one"
    if (n := x) > 1: return n
@cache
def cached(x): return math.prod([x])
class Newer:
    def m(self, a, /, b): return f"{a=}"
def posonly(a, /): return a
