import json
from clustrix import cluster
DATA = {"b": [1, 2], "a": [3]}
LIMIT = 2

class Table:
    rows = [1, 2, 3]
    doubled = [r * 2 for r in rows]
    by = {str(r): r for r in range(LIMIT)}
    def keys(self): return [k for k in sorted(DATA) for _ in DATA[k] if LIMIT]

@cluster
def f(n):
    grid = [[i * j for j in range(n)] for i in range(n)]
    flat = [c for row in grid for c in row if c % LIMIT == 0]
    x = 5
    lam = [(lambda: x + i)() for i in range(2)]
    try:
        del x
        x
    except UnboundLocalError as e:
        why = type(e).__name__
    return [flat, lam, why, Table().keys(), Table.doubled, Table.by]

if __name__ == "__main__":
    print(json.dumps(f(3)))
