import itertools
import random

_seed = [0]
_streams = {}
_numbers = {}


def seed_all(n):
    _seed[0] = n
    _streams.clear()


def stream(name):
    if name not in _streams:
        _streams[name] = random.Random(_seed[0] + len(name))
    return _streams[name]


def number(kind):
    if kind not in _numbers:
        _numbers[kind] = itertools.count(1)
    return next(_numbers[kind])
