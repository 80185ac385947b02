"""Names that have a class's statement, and mean what a decorator made of it: its only object, or a function."""
import functools


def only_one(kind):
    return kind()


def once(kind):
    @functools.wraps(kind, updated=())
    def get(*args):
        if get.made is None:
            get.made = kind(*args)
        return get.made
    get.made = None
    return get


class Count:
    total = 0


@only_one
class registry:
    def __init__(self):
        self.names, self.inner = ["made"], Count()

    def add(self, name):
        self.names.append(name)
        self.inner.total += len(name)


@only_one
class defaults(dict):
    pass


@only_one
class options:
    level = 1

    def __init__(self):
        self.verbose = False


@once
class Store:
    def __init__(self, url="none"):
        self.url = url
