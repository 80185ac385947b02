import functools
import itertools

POOL = ["of the module"]


def remember(value, seen=[]):
    seen.append(value)
    return list(seen)


def by_word(value, *, seen={}, pool=POOL):
    seen[value] = len(seen)
    return [dict(seen), pool is POOL]


def next_id(numbers=itertools.count(1)):
    return next(numbers)


def counter(first):
    log = []

    def tick():
        nonlocal first
        first += 1
        log.append(first)
        return first

    def show():
        return [first, log]

    return tick, show


def simple_counter():
    numbers = itertools.count()
    return lambda: next(numbers)


tick, show = counter(10)
one = counter(20)[0]
count = simple_counter()


def kept(function):
    store = {}

    @functools.wraps(function)
    def inner(value):
        if value not in store:
            store[value] = function(value)
        return store[value]

    inner.store = store
    return inner


@kept
def parse(value):
    return [value]


def counted(function):
    calls = 0

    @functools.wraps(function)
    def inner(*args):
        nonlocal calls
        calls += 1
        return [calls, function(*args)]

    return inner


def plain(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    return inner


@counted
def load(value):
    return value


@plain
@counted
def beneath(value, seen=[]):
    seen.append(value)
    return len(seen)


class Pool:
    def take(self, given=[]):
        given.append(1)
        return len(given)

    @counted
    def load(self):
        return "loaded"

    @staticmethod
    @counted
    def unit():
        return "kg"
