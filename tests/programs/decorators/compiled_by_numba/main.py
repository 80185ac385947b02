# needs numba numpy
"""Functions under decorators of ``numba``: of the script, of a module, in a closure, that call each other and themselves."""

import json

import numba
import numpy as np
import shapes
from clustrix import cluster

RATE = 2.0


@numba.njit
def inner(a, b):
    return a * b + RATE


@numba.njit(fastmath=True)
def outer(values):
    total = 0.0
    for index in range(len(values)):
        total += inner(values[index], index)
    return total


@numba.njit("float64(float64)")
def half(x):
    return x / 2


@numba.njit
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@numba.vectorize
def cube(x):
    return x**3


@numba.vectorize(["float64(float64)"])
def square(x):
    return x * x


def times(factor):
    @numba.njit
    def multiply(x):
        return x * factor

    return multiply


triple = times(3)


@cluster
def f(values, given):
    own = outer(values), half(3), type(half(2)).__name__, fibonacci(10), triple(4), inner.py_func(1, 1)
    return own, cube(values).tolist(), square(values).tolist(), shapes.squares(values), [one(5) for one in given]


if __name__ == "__main__":
    print(json.dumps(f(np.arange(4.0), [triple, inner.py_func and fibonacci])))
