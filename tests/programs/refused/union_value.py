# refused: global Number used by f\(\).*UnionType, which needs Python 3\.10|RESULT True
from clustrix import cluster
Number = int | float
@cluster
def f(x): return isinstance(x, Number)
print("RESULT", f(1))
