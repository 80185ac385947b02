# needs numpy
"""A function that a library has put something around, which another version of that library does in another way."""

import json

import numpy as np
from clustrix import cluster

LOWEST = -1.0


@np.errstate(divide="ignore", invalid="ignore")
def logarithms(values):
    found = np.log(np.asarray(values))
    return np.maximum(found, LOWEST).tolist()


@cluster
def f(given):
    return logarithms([0.0, 1.0]), given([1.0, 0.0]), logarithms is given


if __name__ == "__main__":
    LOWEST = -3.0
    print(json.dumps(f(logarithms)))
