"""Code that asks what its Python has: the cluster's has to answer for itself."""

import functools
import itertools
import math
import sys

from clustrix import cluster

try:
    from functools import cache
except ImportError:
    cache = functools.lru_cache(maxsize=None)

try:
    from itertools import pairwise
except ImportError:

    def pairwise(values):
        values = as_list(values)
        return zip(values, values[1:])


try:
    import tomllib

    HAS_TOML = True
except ImportError:
    HAS_TOML = False

try:
    from math import dist, isqrt
except ImportError:
    dist, isqrt = None, lambda number: int(number**0.5)


def own_product(values):
    return functools.reduce(lambda one, other: one * other, values, START)


START = 1
product = getattr(math, "prod", own_product)
combined = math.comb if hasattr(math, "comb") else own_product
batches = getattr(itertools, "batched", None) or own_product

PY39 = sys.version_info >= (3, 9)
OLD = not PY39

if PY39:

    def strip(text):
        return text.removeprefix("run_")

else:

    def strip(text):
        return text[4:] if text.startswith("run_") else text


def as_list(values):
    return list(values)


def upper(text):
    if OLD:
        return text.upper()
    return text.removesuffix("x").upper() + "X"


@cache
def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


@cluster(cores=1)
def guarded(text):
    if HAS_TOML:
        tomllib.loads("")
    numbers = [isqrt(17), dist is None or dist([0], [3]) == 3, product([2, 3]), callable(combined), callable(batches)]
    return strip(text), upper(text), fibonacci(20), [list(pair) for pair in pairwise("abc")], numbers


if __name__ == "__main__":
    print(guarded("run_x"))
