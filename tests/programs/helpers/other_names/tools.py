import functools


def checked(function):
    @functools.wraps(function)
    def inner(value):
        return ["checked", function(value)]

    return inner


def load(value):
    return "raw %s" % value


raw_load = load
load = checked(load)
area = lambda value: value * value  # noqa: E731
COSTS = {raw_load: 1, load: 2, area: 3}


def counter():
    number = 0

    def tick():
        nonlocal number
        number += 1
        return number

    return tick


tick = counter()


def of_three():
    return [tick(), tick(), tick()]
