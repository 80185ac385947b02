# Classes, and functions, over the builtins whose names they take.
from clustrix import cluster


class ValueError(ValueError):
    code = 3


class list(list):
    def total(self):
        return sum(self)


def sum(numbers, plain=sum):
    return -plain(numbers)


@cluster
def run(numbers):
    return list(numbers).total(), isinstance(numbers, list), len(list("abc"))


@cluster
def raises():
    raise ValueError("mine")


print(run([1, 2]), run(list([4])))
try:
    raises()
except ValueError as error:
    print(error.code, error)
