"""Special methods and names of the form ``__name__`` that a class is given after its statement."""

import functools
import json

from clustrix import cluster


class Plain:
    def __getitem__(self, number):
        return number

    def __repr__(self):
        return "written"

    def __contains__(self, one):
        return one == 1

    def __iter__(self):
        return iter(())

    @staticmethod
    def twice(x):
        return x


Plain.__getitem__ = functools.lru_cache(maxsize=None)(lambda self, number: number * 10)
Plain.__repr__ = functools.partialmethod(lambda self: "put on")
Plain.__contains__ = property(lambda self: lambda one: one == 2)
Plain.__iter__ = None
Plain.twice = staticmethod(functools.lru_cache(maxsize=None)(lambda x: x * 2))
Plain.pair = staticmethod(functools.partial(lambda a, b: [a, b], 7))


class Same:
    def __eq__(self, other):
        return True

    def __str__(self):
        return "same"


Same.__hash__ = object.__hash__
Same.__str__ = object.__repr__


def named(kind):
    kind.__tablename__ = kind.__name__.lower()
    return kind


@named
class Row:
    __slots__ = ("a",)
    __version__ = 1
    __fields__ = {"a": 1}
    __kept__ = "x"


Row.__version__ = 2
Row.__fields__["b"] = 2


@cluster(cores=1)
def f():
    plain, same = Plain(), Same()
    try:
        iter(plain)
    except TypeError:
        is_iterable = False
    return [
        [plain[2], repr(plain), 1 in plain, 2 in plain, is_iterable, plain.twice(4), plain.pair(8)],
        [isinstance(hash(same), int), str(same).partition(" object")[0].endswith("Same"), same == 1],
        [Row.__tablename__, Row.__version__, Row.__fields__, Row.__kept__, hasattr(Row(), "__dict__")],
    ]


if __name__ == "__main__":
    print(json.dumps(f()))
