import collections

LEVELS = ["low", "high"]
OPTIONS = {"depth": 1, "inner": {"a": 1}}
SEEN = set()
COUNTED = collections.Counter("aab")
LOOP = []
LOOP.append(LOOP)


def told():
    return LEVELS, OPTIONS, sorted(SEEN), dict(COUNTED), len(LOOP)
