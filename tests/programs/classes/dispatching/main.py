# needs Python 3.8
import functools

from library import Library

from clustrix import cluster


class Own:
    @functools.singledispatchmethod
    def show(self, value):
        return "own"

    @show.register(int)
    def _(self, value):
        return "own int"

    @staticmethod
    @functools.singledispatch
    def convert(value):
        return "anything"

    @functools.singledispatch
    def plain(value):
        return "plain"

    @plain.register(list)
    def _list(value):
        return "plain list"


@Own.show.register(str)
def _(self, value):
    return "own text"


@Library.show.register(str)
def _(self, value):
    return "library's text"


Own.convert.register(str, lambda value: f"text {value}")
Library.convert.register(Own, lambda value: "an own one")


@cluster
def job(values):
    own, library = Own(), Library()
    return [[own.show(one), library.show(one), Own.convert(one), Own.plain(one), Library.convert(one)] for one in values]


if __name__ == "__main__":
    for row in job([1, "a", [], Own()]):
        print(row)
