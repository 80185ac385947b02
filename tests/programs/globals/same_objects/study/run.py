import json

from clustrix import cluster

from . import settings
from .settings import LEVELS as levels
from .settings import *

levels["inner"]["b"] = 20
OPTIONS["mode"] = "fast"
Options.used += 1
Model.configure(size=3, kind="changed")


@cluster
def job(name):
    NAMES.append(name)
    levels[name] = len(NAMES)
    shared = [NAMES is settings.NAMES, levels is settings.LEVELS, OPTIONS is settings.OPTIONS]
    return shared, settings.told(), Options.used


if __name__ == "__main__":
    print(json.dumps(job("there")))
