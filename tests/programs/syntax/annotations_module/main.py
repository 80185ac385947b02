# needs Python 3.7
import json
from clustrix import cluster
import typed
@cluster
def f(x): return [typed.go([x]), typed.Box(x).get(), typed.Rec(x).name]
if __name__ == "__main__": print(json.dumps(f(3)))
