import decimal
import itertools
import logging
import time
import weakref
from unittest import mock

from clustrix import cluster

decimal.getcontext().prec = 40
log = logging.getLogger("become")
log.setLevel(logging.ERROR)
MISSING = object()
ids = itertools.count()
MADE = []


class Options:
    level = 1


class Meta(type):
    def __new__(meta, name, bases, body):
        MADE.append(name)
        return super().__new__(meta, name, bases, body)


class Conf(metaclass=Meta):
    number = next(ids)
    options = Options()
    instance = None

    class Inner:
        value = 1

    @property
    def area(self): return 1

    def counted(self, cache={}):
        cache[len(cache)] = 1
        return len(cache)


class Child(Conf):
    number = next(ids)


Conf.options.level = 9
Conf.instance = Conf()
Conf.instance.x = 4
Conf.Inner.value = 7
Conf.area = property(lambda self: 2)
Conf().counted()
keep = [Options()]
weak = weakref.WeakSet(keep)


def handle_a(x): return "a%s" % x


def typed(a: Options, b: "int" = 3) -> Conf: return b


@cluster
def state():
    return [Conf.options.level, Conf.instance.x, Conf.Inner().value, Conf().area, Conf().counted(), next(ids), MADE, Child.number, len(weak), log.level]


@cluster
def reads(kind):
    notes = typed.__annotations__
    return [globals()["handle_" + kind](1), notes["a"] is Options, notes["b"], str(decimal.Decimal(1) / 3), [c.__name__ for c in Conf.__subclasses__()]]


@cluster
def marks(x): return [x is MISSING, MISSING, Conf.Inner()]


@cluster
def now(): return time.time()


if __name__ == "__main__":
    with mock.patch("time.time", return_value=5):
        print(now())
    print(reads("a"), [x is MISSING or type(x) is Conf.Inner for x in marks(MISSING)[1:]])
    print(state())
