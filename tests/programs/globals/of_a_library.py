# What a global holds of the standard library and an older Python lacks is missed by who uses it.
import builtins
import json
import math
from clustrix import cluster

NAMES = {"pi": math.pi, **{name: value for name, value in vars(math).items() if callable(value)}}
BUILTINS = dict(vars(builtins))
BUILTINS = {name: value for name, value in BUILTINS.items() if name in ("len", "aiter", "anext", "ExceptionGroup", "abs")}


@cluster
def evaluated(text):
    return eval(text, {"__builtins__": {}}, {**NAMES, **BUILTINS})


if __name__ == "__main__":
    print(json.dumps([evaluated("sqrt(16) + len('abc')"), evaluated("floor(pi) - abs(-1)")]))
