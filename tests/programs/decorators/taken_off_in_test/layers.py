import functools


def shout(function):
    @functools.wraps(function)
    def inner(*args):
        return ["shout", function(*args)]

    return inner


@shout
def load(value):
    return value


def both(value):
    return [load(value), load(value)]


class Model:
    @shout
    def fit(self, value):
        return value

    @property
    def unit(self):
        return "m"
