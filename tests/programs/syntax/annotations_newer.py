# needs Python 3.9
import json
from dataclasses import dataclass, field
from clustrix import cluster
@dataclass
class P:
    xs: list[int] = field(default_factory=list)
    d: dict[str, int] = None
def total(p: P, extra: list[int]) -> dict[str, int]:
    y: dict[str, list[int]] = {"a": extra}
    return {"t": sum(p.xs) + sum(y["a"])}
@cluster
def f(p: P) -> dict[str, int]:
    return total(p, [1])
if __name__ == "__main__": print(json.dumps(f(P([1, 2]))))
