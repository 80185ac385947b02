"""Code that asks what its Python has: the cluster's has to answer for itself."""

import functools
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
    return strip(text), upper(text), fibonacci(20), [list(pair) for pair in pairwise("abc")]


if __name__ == "__main__":
    print(guarded("run_x"))
