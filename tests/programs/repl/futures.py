# run: repl
# needs Python 3.7
from __future__ import annotations
import json
from clustrix import cluster
def helper(x: Undefined): return x + 1

class Kept:
    size: Unknown = 2
    def get(self) -> Nothing: return self.size

@cluster
def f(x: Missing) -> list[Gone]: return [helper(x), Kept().get(), (lambda y: y)(x)]

print(json.dumps(f(1)))
ns = {}
exec("def made(x: Nowhere): return x * 2", ns)
print(json.dumps(cluster(ns["made"])(4)))
