from math import gcd


class Kept:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        return instance.__dict__.setdefault(self.function.__name__, self.function(instance))


def lcm(one, other):
    return one * other // gcd(one, other)
