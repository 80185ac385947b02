"""What a local module has in its globals is the same object wherever else the call holds it: in an argument, in another container, in a cell."""
import json

import report
import settings
from clustrix import cluster

TABLE = {"levels": settings.LEVELS, "all": [settings.OPTIONS, settings.SEEN]}


class Study:
    def __init__(self, options, counted):
        self.options = options
        self.counted = counted
        self.registry = settings.Model.registry


def adder(levels):
    def add(level):
        levels.append(level)
        return levels is settings.LEVELS

    return add


@cluster
def job(levels, study, add, loop, default=settings.SEEN):
    levels.append("of the argument")
    TABLE["levels"].append("of the table")
    TABLE["all"][1].add("seen")
    study.options["depth"] += 1
    study.counted["c"] += 1
    loop.append(2)
    study.registry["there"] = 2
    same = [levels is settings.LEVELS, study.options is TABLE["all"][0], default is settings.SEEN, add("of the cell")]
    return same + [loop[0] is settings.LOOP, report.told()[1] is study.options], settings.told(), report.told()


@cluster
def large(levels, words):
    levels.append(len(words))
    return levels is settings.LEVELS, settings.told()[0][-1]


if __name__ == "__main__":
    settings.LEVELS.append("of the script")
    settings.OPTIONS["inner"]["b"] = settings.COUNTED
    settings.Model.registry["here"] = 1
    study = Study(settings.OPTIONS, settings.COUNTED)
    print(json.dumps(job(settings.LEVELS, study, adder(settings.LEVELS), settings.LOOP)))
    words = [f"a word like {number}" for number in range(30_000)]
    print(large({"levels": settings.LEVELS}["levels"], words))
