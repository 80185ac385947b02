# needs numpy
# Who asks by `is`, or finds as a key, means the very object.
import math

import numpy as np
from clustrix import cluster

ROWS = [{"x": np.nan, "y": 1.0}, {"x": 2.0, "y": math.nan}]
COUNTS = {np.nan: 3, 1.0: 2}


@cluster
def look(rows, missing=(None, np.nan)):
    return [row["x"] in missing for row in rows], rows[1]["y"] is math.nan, rows[1]["y"] is np.nan, COUNTS.get(np.nan, 0)


@cluster
def give(rows):
    return rows, np.array(["a", np.nan], dtype=object), {math.nan: 1}, float("nan")


@cluster
def known(value):
    return value is np.nan


print(look(ROWS))
rows, objects, keyed, other = give(ROWS)
print(rows[0]["x"] is np.nan, rows[1]["y"] is math.nan, objects[1] is np.nan, keyed[math.nan], other is np.nan, other != other)
print(list(known.map([np.nan, 1.0, math.nan])))
