# needs cachetools
"""Functions under decorators of a library whose objects hold locks, or are pickled by their names."""

import json

import cachetools
import cachetools.func
from clustrix import cluster

FACTOR = 2


@cachetools.cached(cachetools.LRUCache(10))
def times(x):
    return x * FACTOR


@cachetools.func.ttl_cache(maxsize=3, ttl=100)
def plus(x):
    return x + FACTOR


@cachetools.func.lru_cache(maxsize=50)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@cluster
@cachetools.cached({}, key=lambda x: -x)
def minus(x):
    return x - FACTOR


@cluster
def f(given):
    return times(4), times(7), plus(1), fibonacci(30), [one(5) for one in given]


if __name__ == "__main__":
    FACTOR = 3
    times(7)
    plus(2)
    print(json.dumps([f([times, plus]), minus(8)]))
