import json

import tools
from tools import cached, counted, load, untouched

from clustrix import cluster

load("here")
load.options["deep"] = True
load.scale = lambda value: value * 2
counted("here")
counted("here")
cached.note = "a note"


@cluster
def job(value):
    return [load(value), load.scale(3), counted(value), cached(value), untouched(value), tools.load is load]


if __name__ == "__main__":
    print(json.dumps(job("there")))
