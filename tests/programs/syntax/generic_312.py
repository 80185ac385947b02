# needs Python 3.12
import json
from clustrix import cluster

type Pair[T] = tuple[T, T]

class Stack[T]:
    def __init__(self): self.items: list[T] = []
    def push(self, item: T) -> None: self.items.append(item)

def first[T: (int, str)](xs: list[T]) -> T:
    return xs[0]

@cluster
def f(xs):
    s = Stack[int]()
    for x in xs: s.push(x)
    return [s.items, first(xs), f"{"nested"}"]

if __name__ == "__main__":
    print(json.dumps(f([1, 2])))
