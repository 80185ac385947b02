# needs numpy
"""Generators of random numbers go as they are, with whatever they are made of; the client's own do not move."""

import numpy as np

from clustrix import cluster

RNG = np.random.default_rng(7)
RNG.normal(size=3)
OLD = np.random.RandomState(8)


@cluster
def draw(rng, count):
    return rng.normal(size=count).tolist(), RNG.integers(1000), OLD.randint(1000)


@cluster
def spawned(sequence):
    return [np.random.default_rng(child).integers(1000) for child in sequence.spawn(2)], np.random.Generator(np.random.Philox(sequence))


mine = np.random.default_rng(1)
print(draw(mine, 2))
numbers, other = spawned(np.random.SeedSequence(5))
print([int(one) for one in numbers], int(other.integers(1000)))
_, bits = spawned(np.random.SeedSequence(6))
print(bits.bit_generator.state["state"]["counter"].tolist())


@cluster
def children(rng, bits):
    sequence = getattr(rng.bit_generator, "seed_seq", getattr(rng.bit_generator, "_seed_seq", None))
    return [np.random.default_rng(one).integers(1000).item() for one in sequence.spawn(2)], bits.random_raw()


print(children(np.random.default_rng(3), np.random.SFC64(4)))
