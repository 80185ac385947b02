# needs numpy
"""Views into one array share its memory there, too."""
import json

import numpy as np
from clustrix import cluster

THETA = np.zeros(6)
WEIGHTS, BIAS = THETA[:4].reshape(2, 2), THETA[4:]
GRID = np.arange(12, dtype="<i4").reshape(3, 4)
ROW, COLUMN, BACK = GRID[1], GRID[:, 2], GRID[::-1, ::2]
DAYS = np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]")
LOCKED = GRID[0:2]
LOCKED.flags.writeable = False
COLUMNS = np.asfortranarray(np.ones((3, 2)))
RECORDS = np.zeros(2, dtype=[("a", "i4"), ("b", "f8")])
SECOND = RECORDS["b"]
WINDOWS = np.lib.stride_tricks.as_strided(BIAS, (2, 1), (8, 8))
NAMES = np.array(["a", None], dtype=object)


class Layer:
    def __init__(self, memory):
        self.weights = memory[1:3]


@cluster
def job(layer, days, part, names):
    THETA[:] = range(6)
    BIAS[0] = 40
    layer.weights += 100
    ROW[:] = -1
    COLUMN[2] = -2
    days[0] = np.datetime64("2021-01-01")
    part[0] = 7
    RECORDS[1] = (1, 2.5)
    names[0] = "b"
    try:
        LOCKED[0, 0] = 1
    except ValueError:
        locked = True
    return [
        SECOND.tolist(), WINDOWS.tolist(), THETA.tolist(), WEIGHTS.tolist(), BIAS.tolist(), GRID.tolist(), BACK.tolist(), LOCKED.tolist(), locked,
        str(DAYS[0]), COLUMNS.tolist(), list(NAMES), GRID.dtype.str, BACK.shape,
    ]  # fmt: skip


@cluster
def apart(first, second, far):
    first[:] = 1
    return second.tolist(), far.tolist()


@cluster
def made(count):
    numbers = np.arange(count)
    return numbers, numbers[1:], {"even": numbers[::2]}, Layer(numbers), np.arange(count)


@cluster
def back(whole, part):
    part[:] = 5
    return whole, part


if __name__ == "__main__":
    print(json.dumps(job(Layer(THETA), DAYS[:1], COLUMNS[:, 1], NAMES.copy())))
    numbers, part, table, layer, other = made(6)
    part[:] = 9
    print(numbers.tolist(), table["even"].tolist(), layer.weights.tolist(), other.tolist(), numbers.flags.writeable)
    large = np.ones(100_000)
    whole, part = back(large, large[1:])
    part[0] = 7
    print(whole[:3].tolist())
    memory = np.zeros(8)
    print(json.dumps(apart(memory[:2], memory[2:4], memory[6:])))
