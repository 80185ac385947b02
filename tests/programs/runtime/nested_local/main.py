import json
from clustrix import cluster
import lib
@cluster
def f(x): return [lib.remote(x), lib.plain(x), lib.remote.submit(x).result(), list(lib.remote.map([1, 2]))]
if __name__ == "__main__":
    print(json.dumps([f(3), lib.remote(2), lib.Kls().go(1)]))
