import functools
import json

from clustrix import cluster


def twice(function):
    def wrapper(self, *args):
        return [function(self, *args), function(self, *args)]

    return wrapper


class Base:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    @classmethod
    def unit(cls):
        return cls(1)


class Cube(Base):
    def area(self):
        return 6 * super().area()

    @twice
    def scaled(self, factor):
        return self.side * factor

    def __hidden(self):
        return "hidden"

    def face(self):
        return super().area

    def hidden(self):
        return self.__hidden


@cluster
def methods(side):
    cube = Cube(side)
    return cube.area, cube.face(), cube.scaled, cube.hidden(), Cube.unit, functools.partial(cube.scaled, 3)


@cluster
def memoized(offset):
    @functools.lru_cache(maxsize=4)
    def fib(number):
        return number + offset if number < 2 else fib(number - 1) + fib(number - 2)

    return fib


@cluster
def called(given):
    return [one() for one in given]


if __name__ == "__main__":
    area, face, scaled, hidden, unit, thrice = methods(2)
    print(json.dumps([area(), face(), scaled(5), hidden(), type(unit()) is Cube, thrice()]))
    fib = memoized(1)
    print(fib(20), fib.cache_info().hits, fib.cache_info().maxsize)
    print(called([area, face, hidden, thrice]))
