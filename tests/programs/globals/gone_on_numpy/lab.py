import numpy

rng = numpy.random.default_rng(1)
old = numpy.random.RandomState(2)
weights = numpy.zeros(3)
fixed = numpy.ones(2)


def draw():
    return round(float(rng.random()), 6), round(float(old.random_sample()), 6)
