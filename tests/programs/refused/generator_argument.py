# refused: generator
# refused: argument xs
# refused: pass a list of its items
from clustrix import cluster
@cluster
def f(xs): return list(xs)
f(i for i in range(3))
