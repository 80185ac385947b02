# needs Python 3.12
import json
from clustrix import cluster
type Number = int | float
type Tree = list[Tree] | Number
type Table[T] = dict[str, list[T]]
@cluster
def f(x: Tree) -> Table[Number]: return [isinstance(x, Number.__value__), Number.__name__, str(Tree.__value__), str(Table.__value__), str(Table[int].__args__), Table.__module__]
if __name__ == "__main__":
    print(json.dumps(f(3)))
