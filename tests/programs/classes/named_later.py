"""Classes that get another name than their statement says, and plain values that a script puts on modules of libraries."""

import functools
import json
import math
import string

from clustrix import cluster

math.tau2 = 6.28
string.digits = "0123"
json.mark = "set"


def extended(kind):
    class New(kind):
        def extra(self):
            return [self.base(), type(self).__name__]

    functools.update_wrapper(New, kind, updated=())
    return New


@extended
class Told:
    """As told."""

    k = 1

    def base(self):
        return self.k


class First:
    def go(self):
        return "first"


class Second(First):
    def go(self):
        return "second " + super().go()


Second.__name__ = "Renamed"


@cluster(cores=1)
def use(told, other):
    return [told.extra(), Told.__name__, Told.__qualname__, Told.__doc__, Told().base(), isinstance(told, Told), other.go(), type(other).__name__, isinstance(other, First), math.tau2, string.digits, math.pi > 3, getattr(json, "mark", None)], Second


if __name__ == "__main__":
    found, kind = use(Told(), Second())
    print(json.dumps([found, kind is Second, Second.__name__]))
