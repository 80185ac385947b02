import json
from clustrix import cluster
import helpers

def client_only(v):
    return v

@cluster
def f(x: "int") -> "list[int]":
    return [helpers.plain(x), helpers.Typed(x).v, helpers.guarded(), helpers.joined([1], {"a": 1})]

if __name__ == "__main__": print(json.dumps(f(2)))
