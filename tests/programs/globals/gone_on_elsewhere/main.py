import json
import random

import streams

from clustrix import cluster


class Walker:
    def __init__(self, rng):
        self.rng = rng

    def step(self):
        return self.rng.randint(1, 1000)


walkers = [Walker(streams.RNG), Walker(random.Random("text"))]
draw = streams.RNG.random


@cluster
def job(given):
    told = [streams.noise(), draw(), [one.step() for one in walkers], given.random(), walkers[0].rng is streams.RNG, given is streams.RNG]
    return [*told, streams.numbers()]


if __name__ == "__main__":
    streams.noise()
    streams.numbers()
    print(json.dumps(job(streams.RNG)))
