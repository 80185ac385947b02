import collections.abc
import fractions
import json
import numbers
import string

from clustrix import cluster


class Vector:
    pass


@numbers.Number.register
class Odd:
    pass


class Point:
    def __init__(self, x):
        self.x = x


collections.abc.Sequence.register(Vector)
usual = json.JSONEncoder.default


def default(self, value):
    return vars(value) if isinstance(value, Point) else usual(self, value)


json.JSONEncoder.default = default
setattr(fractions.Fraction, "half", lambda self: self / 2)
fractions.Fraction.twice = property(lambda self: self * 2)
fractions.Fraction.parsed = staticmethod(lambda text: fractions.Fraction(text))
string.Template.delimiter = "%"
string.Formatter.format_field = string.Formatter.format_field


@cluster
def run(value):
    found = [isinstance(value, collections.abc.Sequence), isinstance(Odd(), numbers.Number), isinstance(value, numbers.Number)]
    third = fractions.Fraction(1, 3)
    try:
        json.dumps(1j)
    except TypeError as error:
        found.append(str(error)[:14])
    return found, json.dumps(Point(1)), str(third.half()), str(third.twice), str(third.parsed("1/7")), string.Template.delimiter


if __name__ == "__main__":
    print(run(Vector()))
