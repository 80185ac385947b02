import json
from clustrix import cluster
import typed
@cluster
def f(x): return [typed.go([x]), typed.Box(x).get()]
if __name__ == "__main__": print(json.dumps(f(3)))
