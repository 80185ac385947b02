# refused: the source of p is not to be had .* which the cluster's Python 3\.(6|9)|\[18, 67\]
from clustrix import cluster

def make(n):
    space = {}
    exec(f"def p(x):\n    return x ** {n} + {n}\n", space)
    return space["p"]

square, cube = make(2), make(3)

@cluster
def f(x): return [square(x), cube(x)]

if __name__ == "__main__":
    print(f(4))
