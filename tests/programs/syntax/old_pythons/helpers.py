import sys
from typing import List
try:
    from typing import Literal
except ImportError:
    Literal = None
import functools
if sys.version_info >= (3, 9):
    cached = functools.cache
else:
    cached = functools.lru_cache(None)
def plain(x: int) -> int: return x + 1
class Typed:
    names: List[str] = []
    def __init__(self, v: int): self.v = v
@cached
def guarded(): return "ok"
def joined(xs: list, d: dict) -> dict: return {**d, "n": len(xs)}
