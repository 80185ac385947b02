import contextlib
import functools

STEPS = {}


def register(name=None):
    def put(function):
        STEPS[name or function.__name__] = function

        @functools.wraps(function)
        def counted(*args, **kwargs):
            counted.calls += 1
            return function(*args, **kwargs)

        counted.calls = 0
        return counted

    return put


@register()
def clean(values):
    return [one for one in values if one is not None]


@register("scale")
def scaled(values, factor=2):
    return [one * factor for one in values]


@contextlib.contextmanager
def factor(number):
    before = scaled.__wrapped__.__defaults__
    scaled.__wrapped__.__defaults__ = (number,)
    try:
        yield
    finally:
        scaled.__wrapped__.__defaults__ = before


class Model:
    @classmethod
    @register("made")
    def make(cls, values):
        return [cls.__name__, *values]
