"""Objects of classes beneath those of the standard library: their own ``__init__``, ``__new__`` and ``__setitem__`` want something else than pickle has."""
import collections
import datetime
import decimal
import functools
import json
import pathlib
import random
import types

from clustrix import cluster


class Bounded(collections.OrderedDict):
    def __init__(self, size):
        super().__init__()
        self.size = size

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        if len(self) > self.size:
            self.popitem(last=False)


class Groups(collections.defaultdict):
    def __init__(self):
        super().__init__(list)
        self.name = "groups"


class Votes(collections.Counter):
    def __init__(self, name):
        super().__init__("aab")
        self.name = name


class Window(collections.deque):
    def __init__(self, size):
        super().__init__([1, 2, 3], maxlen=size)
        self.label = "w"


class Bag(set):
    def __init__(self, name, items=()):
        super().__init__(items)
        self.name = name


class Doubling(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key, value * 2)


class Twice(list):
    __slots__ = ("seen",)

    def __init__(self, *items):
        self.seen = 0
        for one in items:
            self.append(one)

    def append(self, item):
        self.seen += 1
        super().append(item * 2)

    def extend(self, items):
        for one in items:
            self.append(one)


class Named(dict):
    def __new__(cls, name):
        self = super().__new__(cls)
        self.name = name
        return self

    def __init__(self, name):
        super().__init__(n=name)


class Dotted(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


class Open(dict):
    def __init__(self, **items):
        super().__init__(**items)
        self.__dict__ = self


class Day(datetime.date):
    def __new__(cls, text, note=""):
        self = super().__new__(cls, *map(int, text.split("-")))
        self.note = note
        return self


class Amount(decimal.Decimal):
    unit = "kg"


class Dice(random.Random):
    def __new__(cls, sides, seed):
        return super().__new__(cls, seed)

    def __init__(self, sides, seed):
        super().__init__(seed)
        self.sides = sides


class Both(types.SimpleNamespace):
    def __init__(self, first):
        super().__init__(first=first, second=first + 1)


class Text(bytearray):
    def __init__(self, name):
        super().__init__(b"abc")
        self.name = name


class Binary(functools.partial):
    def __new__(cls, name):
        self = super().__new__(cls, int, base=2)
        self.name = name
        return self


class Zone(datetime.tzinfo):
    def __init__(self, hours):
        self.hours = hours

    def utcoffset(self, when):
        return datetime.timedelta(hours=self.hours)

    def dst(self, when):
        return None


class Folder(type(pathlib.PurePosixPath())):
    def files(self):
        return [str(self / "a"), type(self).__name__]


def bounded():
    made = Bounded(2)
    for key in "abc":
        made[key] = key
    made.move_to_end("b")
    return made


def groups():
    made = Groups()
    made["x"].append(1)
    return made


def open_one():
    made = Open(a=1)
    made.b = 2
    return made


def amount():
    made = Amount("1.50")
    made.unit = "g"
    return made


class DoublingTwo(Doubling):
    def __mul__(self, number):
        return self


def own_loop():
    made = DoublingTwo()
    made["me"] = made
    return made


LOOKS = {
    bounded: lambda one: [list(one.items()), one.size],
    groups: lambda one: [one["x"], one["new"], one.name, one.default_factory is list],
    functools.partial(Votes, "v"): lambda one: [sorted(one.items()), one["none"], one.name],
    functools.partial(Window, 2): lambda one: [list(one), one.maxlen, one.label],
    functools.partial(Bag, "bag", [1, 2]): lambda one: [sorted(one), one.name],
    functools.partial(Twice, 1, 2): lambda one: [list(one), one.seen],
    functools.partial(Named, "n"): lambda one: [one["n"], one.name],
    functools.partial(Dotted, a=Dotted(b=1)): lambda one: [one.a.b, sorted(one)],
    open_one: lambda one: [one.update(c=3), one.c, sorted(one)],
    functools.partial(Day, "2020-1-2", "leap"): lambda one: [one.isoformat(), one.note],
    amount: lambda one: [str(one), one.unit],
    functools.partial(Dice, 6, 4): lambda one: [one.sides, one.randint(1, one.sides), one.random()],
    functools.partial(Both, 4): lambda one: [one.first, one.second],
    functools.partial(Text, "t"): lambda one: [one.decode(), one.name],
    functools.partial(Binary, "b"): lambda one: [one("101"), one.name],
    functools.partial(datetime.datetime, 2020, 1, 1, tzinfo=Zone(3)): str,
    functools.partial(Folder, "b"): Folder.files,
    own_loop: lambda one: [list(one), one["me"] is one],
}


@cluster
def looked_at(look, value):
    return look(value), value


@cluster
def make(maker):
    return maker()


if __name__ == "__main__":
    for maker, look in LOOKS.items():
        value = maker()
        seen, returned = looked_at(look, value)
        kind = type(value)
        print(kind.__name__, json.dumps(seen), type(returned) is kind, json.dumps(look(make(maker))))
    twice = Doubling()
    twice["a"] = 1
    print(looked_at(dict, twice)[0], make(lambda: twice)["a"])
