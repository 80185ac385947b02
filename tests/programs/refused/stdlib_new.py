# needs Python 3.11
import json
import tomllib
from clustrix import cluster
@cluster
def f(): return tomllib.loads("a = 1")
print(json.dumps(f()))
