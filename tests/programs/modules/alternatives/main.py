# A package that only this machine has, imported where another takes its place; and packages that no machine needs to have.
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "site-packages"))
from clustrix import cluster

try:
    import only_here as json
    NAME = "packed"
except ImportError:
    import json
    NAME = "packed"
try:
    from only_here import dumps
except ImportError:
    def dumps(value): return json.dumps(value)
try:
    import tomllib
except ImportError:
    try:
        import tomli as tomllib
    except ImportError:
        tomllib = None
import helper

@cluster
def inside():
    try:
        from only_here import dumps as pack
    except ImportError:
        from json import dumps as pack
    return pack({"a": 1})

@cluster
def above():
    return [json.dumps([1]), NAME, dumps([2]), helper.packed([3]), helper.unused_is_harmless()]

if __name__ == "__main__":
    print(inside(), above())
