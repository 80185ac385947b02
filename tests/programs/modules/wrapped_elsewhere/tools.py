import functools


def own(fn):
    @functools.wraps(fn)
    def inner(*args):
        return fn(*args) + 0.5

    return inner


def unnamed(fn):
    return lambda *args: fn(*args) + 0.25


@own
def size(x):
    return x


@unnamed
def weight(x):
    return x


@own
def left(x):
    return x


def total(x):
    return size(x) + weight(x) + left(x)


class Base:
    def hi(self):
        return "base"


class Other:
    def hi(self):
        return "other"


class Kind(Base):
    @own
    def method(self):
        return 1

    @staticmethod
    @own
    def static():
        return 1

    @property
    def width(self):
        return 1


LIMIT = int("5")
