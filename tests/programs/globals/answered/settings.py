import functools


class Settings:
    def __init__(self, mode):
        self.mode = mode
        self.limits = {"rows": 1}


@functools.lru_cache()
def settings():
    return Settings("default")


@functools.lru_cache(maxsize=None)
def table():
    return {"rows": []}


@functools.lru_cache(maxsize=None)
def asked_early():
    return Settings("early")


EARLY = asked_early()
MODE = asked_early().mode


@functools.lru_cache()
def connection():
    return Connection()


class Connection:
    def __init__(self):
        self.reader = iter([1, 2]).__next__
        self.stream = open(__file__)


@functools.lru_cache(maxsize=None)
def square(value):
    return [value * value]


asked = []


@functools.lru_cache(maxsize=None)
def material(name):
    asked.append(name)
    return Settings(name)


material("gold").density = 19


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def told():
    return settings().mode, settings().limits, table(), asked_early().mode, asked_early() is EARLY, MODE
