# needs Python 3.6
import json
from clustrix import cluster
import mixed
@cluster
def f(x): return mixed.old(x)
if __name__ == "__main__": print(json.dumps(f(3)))
