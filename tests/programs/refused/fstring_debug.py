# needs Python 3.8
import json
from clustrix import cluster
@cluster
def f(x): return f"{x=} {x!r}"
print(json.dumps(f(1)))
