import json

import tools
from tools import area, load, raw_load, tick

from clustrix import cluster

tick()


@cluster
def job(given):
    told = [raw_load(1), load(2), area(3), [tools.COSTS.get(one) for one in (raw_load, load, area, *given)], load.__wrapped__ is raw_load]
    return [*told, tick(), tools.of_three(), tick(), tick is tools.tick]


@cluster
def back(given):
    return [raw_load, area, tick, given]


if __name__ == "__main__":
    told = job([raw_load, area])
    came = back(load)
    print(json.dumps([told, came[0] is raw_load, came[1] is area, came[2] is tick, came[3] is load]))
