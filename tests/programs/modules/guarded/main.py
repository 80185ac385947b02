import json
from clustrix import cluster
import measuring
@cluster
def f(x): return measuring.double(x)
if __name__ == "__main__": print(json.dumps(f(3)))
