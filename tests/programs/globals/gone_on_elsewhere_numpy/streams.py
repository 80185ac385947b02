import numpy as np

RNG = np.random.default_rng(3)
OLD = np.random.RandomState(4)
draw = RNG.random
draw_old = OLD.random_sample


def both(rng=RNG):
    return [RNG.random(), draw(), rng.random(), OLD.random_sample(), draw_old()]
