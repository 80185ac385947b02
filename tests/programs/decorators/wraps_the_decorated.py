"""A user's function that wraps one of the ways to call a decorated function says that name, and is the user's all the same."""

import functools

from clustrix import cluster


@cluster(cores=1)
def double(x):
    return 2 * x


@functools.wraps(double)
def of_itself(*a):
    return double(*a) + 1


@functools.wraps(double.local)
def of_local(*a):
    return double(*a) + 2


@functools.wraps(double.map)
def of_map(*a):
    return [double(one) + 3 for one in a]


@cluster(cores=1)
def apply(functions, x):
    return [one(x) for one in functions], of_local(5), of_map.__name__, functions


if __name__ == "__main__":
    made = [of_itself, of_local, of_map]
    values, alone, name, back = apply(made, 4)
    print(values, alone, name, [one is other for one, other in zip(made, back)])
