import itertools
import sys

from .flags import PY38

if PY38:
    from math import prod
else:

    def prod(values):
        made = 1
        for one in values:
            made *= one
        return made


longest_prod = prod
try:
    import tomllib
except ImportError:
    tomllib = None
try:
    from functools import cache as word_cache
except ImportError:
    from functools import lru_cache

    word_cache = lru_cache(maxsize=None)

HAS_PAIRWISE = hasattr(itertools, "pairwise")
PAIRWISE = getattr(itertools, "pairwise", None)
