import functools

CALLS = []


def times(fn, factor=10):
    @functools.wraps(fn)
    def inner(*args):
        CALLS.append(fn.__name__)
        return factor * fn(*args)

    return inner
