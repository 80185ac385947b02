import importlib
import json

import engine
import settings
from settings import LEVELS as mine
from settings import NAMES

from clustrix import cluster

mine.append("b")
settings.LEVELS = ["rebound"]
settings.NAMES = ["y"]
settings.TABLE = {"a": 2}
settings.SAME = [0]
settings.KEPT.append("more")
settings.COMPUTED = ["c"]
engine.OWN = ["engine's"]
current = settings.LEVELS
later = importlib.import_module("later")


@cluster
def job(given):
    mine.append("mine")
    current.append("current")
    NAMES.append("names")
    engine.add("engine")
    settings.SAME.append(1)
    settings.TABLE["b"] = 3
    settings.COMPUTED.append("d")
    given.append("given")
    return [
        settings.all_of_them(), engine.all_of_them(), mine, current is settings.LEVELS, later.LEVELS, later.LEVELS is settings.LEVELS,
        later.TABLE is settings.TABLE, mine is engine.LEVELS, NAMES, given is settings.NAMES,
    ]


if __name__ == "__main__":
    print(json.dumps([job(settings.NAMES)]))
