"""An array that a program writes to is the same one wherever its module holds it."""
import json

import numpy as np
import tables
from clustrix import cluster


@cluster
def told():
    return tables.told()


if __name__ == "__main__":
    print(json.dumps(told()))
    tables.WEIGHTS += 1
    tables.Layer.shared[0] = 5
    tables.Layer.parser["run"] = {"size": "1"}
    print(json.dumps(told()))
    np.multiply(tables.WEIGHTS, 2, out=tables.WEIGHTS)
    np.copyto(tables.MASK, tables.WEIGHTS > 5)
    tables.SUMS.fill(7)
    print(json.dumps(told()))
