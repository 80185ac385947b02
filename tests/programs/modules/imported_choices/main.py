"""A script that imports what its module has found out about Python: the cluster's finds out for itself."""
import json
import sys

import compat
import compat.flags as known
import newer
from clustrix import cluster
from compat import HAS_PAIRWISE, PAIRWISE, longest_prod, prod, tomllib, word_cache
from compat.flags import PY39

try:
    from math import lcm
except ImportError:
    from older import lcm

if sys.version_info >= (3, 8):
    from functools import cached_property
else:
    from older import Kept as cached_property


class Ring:
    @cached_property
    def steps(self):
        return [lcm(4, 6)]


@word_cache
def fact(n):
    return n * fact(n - 1) if n else 1


def bare(text):
    if PY39:
        return text.removeprefix("run_")
    return text[4:] if text.startswith("run_") else text


def halves(n):
    return [n.bit_count() if known.PY310 else bin(n).count("1"), compat.prod([n])]


def pairs(text):
    if HAS_PAIRWISE:
        return ["".join(one) for one in PAIRWISE(text)]
    return [text[i : i + 2] for i in range(len(text) - 1)]


def same_steps(ring):
    return [ring.steps, ring.steps is ring.steps]


@cluster
def ask():
    table = tomllib.loads("a = 1") if tomllib is not None else {"a": 1}
    answers = [PY39 == (sys.version_info >= (3, 9)), HAS_PAIRWISE == (sys.version_info >= (3, 10))]
    return [prod([1, 2, 3]), longest_prod([4]), table, fact(5), bare("run_a"), halves(7), pairs("abc"), newer.shown("run_b"), answers, same_steps(Ring())]


if __name__ == "__main__":
    print(json.dumps(ask()))
