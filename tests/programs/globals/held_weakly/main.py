import json
import weakref

import cache

from clustrix import cluster

one, two = cache.get(1), cache.get(2)
cache.NOTES[one] = ["a note"]
reference = weakref.ref(two)


@cluster
def job(given):
    told = [cache.get(1) is given, cache.get(2) is reference(), len(cache.STRONG), cache.NOTES.get(given), len(cache.LIVE)]
    told.append([one in cache.Sensor.made for one in cache.SENSORS] + [len(cache.Sensor.made)])
    cache.get(3)
    return [*told, sorted(one.number for one in cache.Item.made), len(cache.LIVE), cache.STRONG[0] is given]


if __name__ == "__main__":
    print(json.dumps(job(one)))
