import itertools
import random

RNG = random.Random(11)
pick = RNG.choice
COUNTER = itertools.count(100)
next_of_counter = COUNTER.__next__


class Sampler:
    rng = RNG

    def __init__(self, rng=RNG):
        self.mine = rng


SAMPLER = Sampler()


def noise(rng=RNG):
    return [RNG.random(), pick("abcdefghij"), rng.random(), Sampler.rng.random(), SAMPLER.mine.random(), Sampler().mine is RNG]


def numbers():
    return [next(COUNTER), next_of_counter()]
