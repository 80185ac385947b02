import json
from clustrix import cluster

def gather(a, b=2, *args, c, d=4, **kw):
    return [a, b, list(args), c, d, sorted(kw.items())]

@cluster
def f(x, *rest, key=None, **others):
    first, *middle, last = rest
    merged = {**others, "k": key}
    total = 0
    for i in (*rest, x):
        total += i
    else:
        total += 1000
    s = f"{x!r:>4}|{total:,}|{key or 'none'}|{merged['k']}"
    nested = {i: [j for j in range(i) if j % 2] for i in rest}
    gen = (y for y in rest if y != x)
    return [first, middle, last, total, s, sorted(nested.items()), list(gen), gather(1, c=3, z=1), gather(*rest, c=0, **others)]

if __name__ == "__main__":
    print(json.dumps(f(1, 2, 3, 4, key="v", o=1)))
