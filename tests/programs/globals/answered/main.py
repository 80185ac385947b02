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


def counting(factor):
    calls = []

    @functools.lru_cache(maxsize=8, typed=True)
    def weigh(name, times=factor):
        calls.append(name)
        return {"weight": len(name) * times}

    return weigh, calls


weigh, calls = counting(2)


@cluster
def by_arguments(steel):
    same = settings.material("steel") is steel, settings.material("gold") is settings.material("gold")
    weights = weigh("ab")["weight"], weigh("ab", times=3)["weight"], weigh("c")["weight"], weigh("ab", 2.0)["weight"]
    told = settings.material("steel").density, settings.fibonacci(30), settings.asked, settings.square(2)
    return same, weights, calls, told, weigh.cache_info()[:2], settings.fibonacci.cache_info()[1]


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
    steel = settings.material("steel")
    steel.density = 7.8
    weigh("ab")["weight"] = 100
    weigh("ab", times=3)["weight"] += 1
    weigh("ab", 2)
    settings.fibonacci(20)
    print(json.dumps(by_arguments(steel)))
    settings.connection()
    print(unused())
