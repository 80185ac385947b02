import numpy as np

SUMS = np.zeros(2)
ROWS = list(range(2))


def told():
    return SUMS.tolist(), ROWS
