# needs Python 3.10
import json, math
from itertools import pairwise
from clustrix import cluster
@cluster
def f(): return [list(pairwise([1, 2, 3])), math.prod([2, 3]), "abc".removeprefix("a"), list(zip([1], [2], strict=True))]
print(json.dumps(f()))
