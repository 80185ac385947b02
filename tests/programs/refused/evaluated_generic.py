# needs Python 3.10
import json
from typing import cast
from clustrix import cluster
@cluster
def f(x): return [isinstance(x, int | str), cast(list[int], [x])]
print(json.dumps(f(1)))
