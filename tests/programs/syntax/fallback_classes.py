"""Classes that stand in for what a Python, or a machine, may not have."""

import json

from clustrix import cluster

try:
    from functools import cached_property
except ImportError:

    class cached_property:
        def __init__(self, function):
            self.function = function

        def __get__(self, instance, owner):
            return keep(instance, self.function)


try:
    from a_package_that_nobody_has import Table
except ImportError:

    class Table(dict):
        kind = "fallback"

        @property
        def width(self):
            return len(self)


def keep(instance, function):
    value = instance.__dict__[function.__name__] = function(instance)
    return value


class Kept:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        return keep(instance, self.function)


try:
    from functools import cached_property as kept_property
    from typing import Protocol, runtime_checkable
except ImportError:
    kept_property = Kept
    Protocol, runtime_checkable = object, lambda kind: kind


@runtime_checkable
class Counting(Protocol):
    def count(self): ...


class Text:
    def __init__(self, words):
        self.words = words
        self.counted = 0

    @cached_property
    def longest(self):
        self.counted += 1
        return max(self.words, key=len)

    @kept_property
    def shortest(self):
        self.counted += 10
        return min(self.words, key=len)


@cluster(cores=1)
def f(table, words):
    text = Text(words)
    shortest = text.shortest + text.shortest
    return text.longest + text.longest, shortest, Counting.__name__, text.counted, isinstance(table, Table), table.width, Table(a=1, **table), text


if __name__ == "__main__":
    *told, table, text = f(Table(b=2), ["a", "ccc", "bb"])
    print(json.dumps([told, type(table) is Table, table, type(text) is Text, text.longest, text.counted, Table.kind]))
