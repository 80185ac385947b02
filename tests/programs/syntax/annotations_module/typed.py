from __future__ import annotations
from dataclasses import dataclass
def go(xs: list[int] | None, k: dict[str, tuple[int, ...]] = {}) -> list[int]:
    n: int | None = len(xs)
    return xs + [n]
class Box:
    item: int | str
    def __init__(self, item: int | str) -> None: self.item = item
    def get(self) -> int | str: return self.item
@dataclass
class Rec:
    n: int
    tags: list[str] | None = None
    @property
    def name(self) -> str: return "r%d" % self.n
