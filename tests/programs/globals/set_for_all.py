import functools
import os
import sys
import warnings

from clustrix import cluster

warnings.simplefilter("error", UserWarning)
sys.setrecursionlimit(5000)
os.environ["STUDY_MODE"] = "fast"


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


class Words(dict):
    __getattr__ = dict.__getitem__


words = Words(rate=2)
by_length = functools.cmp_to_key(lambda one, other: len(one) - len(other))


class Vector:
    """Its body calls a function that it defines."""
    def _operator(fn):
        @functools.wraps(fn)
        def method(self, other):
            return fn(self.x, other)
        return method
    __add__ = _operator(lambda a, b: a + b)
    del _operator
    def __init__(self, x):
        self.x = x


@cluster
def run():
    try:
        warnings.warn("careful")
        said = "nothing"
    except UserWarning as error:
        said = str(error)
    return said, depth(3000), os.environ.get("STUDY_MODE"), Vector(1) + 2, sorted(["ab", "c"], key=by_length), words.rate


if __name__ == "__main__":
    print(run())
