import json
from clustrix import cluster
import toolbox
@cluster
def f(x): return [toolbox.area(x), toolbox.Shape(x).size(), toolbox.annotated(x)]
if __name__ == "__main__": print(json.dumps(f(3)))
