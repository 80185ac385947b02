"""Objects with slots, frozen ones and named tuples: made by functions, put into this module under names that are no names in its source."""
import collections


class Slotted:
    __slots__ = ("rate", "inner")

    def __init__(self, rate):
        self.rate = rate


class Frozen:
    __slots__ = ("rate", "__hidden")

    def __init__(self, rate):
        object.__setattr__(self, "rate", rate)
        object.__setattr__(self, "_Frozen__hidden", rate * 2)

    def __setattr__(self, name, value):
        raise AttributeError("frozen")

    def hidden(self):
        return self.__hidden


class Unit:
    def __init__(self, name):
        self.name = name


class SlottedUnit:
    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name


Pair = collections.namedtuple("Pair", "a b")
settings = Slotted(1)
plain = Unit(Slotted(2))
table = {"x": Slotted(3)}
listed = [Slotted(4)]
UNITS = {}
_known = []


def define(name, kind=Unit):
    globals()[name] = UNITS[name] = kind(name)
    _known.append(UNITS[name])


define("km")
define("cm", SlottedUnit)


def rates():
    return [settings.rate, plain.name.rate, table["x"].rate, listed[0].rate]


def same(name):
    return [globals()[name] is UNITS[name], UNITS[name] in _known]
