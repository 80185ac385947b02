# needs Python 3.8
import json
from clustrix import cluster

def pos(a, /, b, *, c):
    return [a, b, c]

@cluster
def f(xs):
    if (n := len(xs)) > 2:
        last = n
    squares = [y := 1, y ** 2, y + 2]
    return [last, squares, pos(1, 2, c=3), f"{n=}", [z for x in xs if (z := x * 2) > 2]]

if __name__ == "__main__":
    print(json.dumps(f([1, 2, 3])))
