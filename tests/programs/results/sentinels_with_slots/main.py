"""Sentinels and constants with slots: the same objects there, and the same ones at home."""
import json

import marks
from clustrix import cluster
from marks import HIGH, MISSING


class Unset:
    __slots__ = ()


UNSET = Unset()
TABLE = {"a": 1, "b": MISSING}


@cluster
def look(key, default=UNSET):
    found = marks.find(TABLE, key)
    return [found is MISSING, default is UNSET, HIGH is marks.HIGH, HIGH.secret()], found, default


@cluster
def named(name):
    return marks.level_of(name)


@cluster
def kinds(*given):
    return [one is marks.OTHER for one in given], given


if __name__ == "__main__":
    seen, found, default = look("z")
    print(json.dumps([seen, found is MISSING, default is UNSET, look("b", 1)[0]]))
    print(json.dumps([named(name) is marks.level_of(name) for name in ("low", "high", "other")]))
    own = marks.Level("low", 1)
    there, (back, other) = kinds(own, marks.OTHER)
    print(json.dumps([there, back.secret(), other is marks.OTHER]))
