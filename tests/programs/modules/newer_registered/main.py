# needs Python 3.10
import json
from clustrix import cluster
import work
@cluster
def f(x): return work.apply(x)
if __name__ == "__main__": print(json.dumps(f(3)))
