# needs numpy
import json

import streams

from clustrix import cluster


@cluster
def job(given):
    return [streams.both(), given.random(), given is streams.RNG, streams.draw()]


if __name__ == "__main__":
    streams.both()
    print(json.dumps(job(streams.RNG)))
