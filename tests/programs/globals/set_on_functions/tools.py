import functools


class Counted:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.calls = function, 0

    def __call__(self, value):
        self.calls += 1
        return self.function(value)


def load(value):
    load.calls += 1
    return [value, load.calls, load.options]


load.calls = 0
load.options = {"deep": False}


@Counted
def counted(value):
    return [value, counted.calls]


@functools.lru_cache(maxsize=None)
def cached(value):
    return [value, cached.note]


def untouched(value):
    return [value, untouched.unit]


untouched.unit = "m"
