import functools
import json

import settings
from clustrix import cluster

current = settings.settings()


@functools.lru_cache(maxsize=None)
def registry():
    return {"itself": registry, "settings": settings.settings()}


@functools.lru_cache()
def unasked():
    return ["unasked"]


@functools.lru_cache()
def number():
    return len(registry())


@cluster
def job():
    found = registry()
    same = [found["itself"] is registry, found["settings"] is current, settings.settings() is current, registry() is found]
    current.limits["files"] = 3
    return settings.told(), same, sorted(found), unasked(), number(), settings.square(3)


@cluster
def unused():
    return settings.connection().reader()


if __name__ == "__main__":
    current.mode, current.limits["rows"] = "changed", 2
    settings.table()["rows"].append(1)
    settings.asked_early().mode = "late"
    registry()["more"] = 1
    number()
    settings.square(2)[0] = 5
    print(json.dumps(job()))
    settings.connection()
    print(unused())
