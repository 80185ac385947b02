import collections

LEVELS = ["low", "high"]
OPTIONS = {"depth": 1, "inner": {"a": 1}}
SEEN = set()
COUNTED = collections.Counter("aab")
LOOP = []
LOOP.append(LOOP)


class Model:
    registry = {"first": 1}

    @classmethod
    def known(cls):
        return sorted(cls.registry)


def told():
    return LEVELS, Model.known(), OPTIONS, sorted(SEEN), dict(COUNTED), len(LOOP)
