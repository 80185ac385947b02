import functools


def shout(function):
    @functools.wraps(function)
    def inner(*args, **words):
        return ["shout", function(*args, **words)]

    return inner


def quiet(function):
    @functools.wraps(function)
    def inner(*args, **words):
        return ["quiet", function(*args, **words)]

    return inner


@shout
def bare(value):
    return ["bare", value]


@shout
@quiet
def half(value):
    return ["half", value]


@functools.lru_cache(maxsize=None)
def cached(value):
    return ["cached", value]


@shout
def replaced(value):
    return ["replaced", value]


@shout
def another(value):
    return ["another", value]


@shout
def wrapped_again(value):
    return ["wrapped again", value]


@shout
def constant(value):
    return ["constant", value]


@shout
def left(value):
    return [bare(value), half(value), cached(value), wrapped_again(value)]


class Model:
    @shout
    def bare(self, value):
        return ["bare", value]

    @shout
    @quiet
    def half(self, value):
        return ["half", value]

    @staticmethod
    @shout
    def static(value):
        return ["static", value]

    @classmethod
    @shout
    def of_class(cls, value):
        return [cls.__name__, value]

    @shout
    def replaced(self, value):
        return ["replaced", value]

    @shout
    def wrapped_again(self, value):
        return ["wrapped again", value]

    @property
    def told(self):
        return "the property"

    @functools.lru_cache(maxsize=None)
    def cached(self, value):
        return ["cached", value]

    @shout
    def left(self, value):
        return [self.bare(value), self.half(value), self.told]
