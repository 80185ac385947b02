import __main__
from __main__ import LOG, RATE, Base, double

SUFFIX = "!"
DOUBLED = double(RATE) if False else 0


def twice(x):
    return 2 * x


def area(x):
    return double(x) + RATE + __main__.RATE


def note(x):
    LOG.append(x)


def is_same(kind):
    return kind is Base
