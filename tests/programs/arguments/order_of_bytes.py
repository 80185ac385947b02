# needs numpy
"""Arrays with gaps whose numbers have the other order of bytes: what pickle makes of these has this machine's."""

import json

import numpy as np
from clustrix import cluster

table = np.arange(12, dtype=">i4").reshape(3, 4)


@cluster
def f(given):
    return [(one.dtype.str, one.tolist()) for one in (given, table.T, table[:, ::2])], given[1:]


if __name__ == "__main__":
    told, back = f(np.arange(4, dtype=">f8")[::-1])
    print(json.dumps([told, back.dtype.str, back.tolist()]))
