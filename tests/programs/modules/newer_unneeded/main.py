import json
from clustrix import cluster
from analysis import area
@cluster
def f(r): return area(r)
if __name__ == "__main__": print(json.dumps(f(3)))
