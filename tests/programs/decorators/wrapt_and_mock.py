# needs wrapt
import json
from unittest import mock
import wrapt
from clustrix import cluster

@wrapt.decorator
def tag(wrapped, instance, args, kwargs):
    return ["tag", wrapped(*args, **kwargs), instance is None]

@tag
def helper(x): return x + 1

class C:
    @tag
    def m(self, x): return x

@cluster
def f(x): return [helper(x), C().m(x)]

if __name__ == "__main__":
    print(json.dumps(f(1)))
