import json
from clustrix import cluster
from alpha import A
from beta import B
@cluster
def f(x): return [B(x).other().v, A(1).make().v]
if __name__ == "__main__": print(json.dumps(f(2)))
