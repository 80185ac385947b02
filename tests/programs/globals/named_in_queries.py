# needs pandas
"""Globals that only texts name which pandas evaluates in the frame of its caller."""

import json

import pandas as pd
from clustrix import cluster

LIMIT = 1.5
x = iter([1])  # a column's name, which is no global of the query's
data = pd.DataFrame({"x": [0.0, 1.0, 2.0, 4.0], "y": [1, 2, 3, 4]})


def scale(column):
    return column / column.max()


@cluster
def f(column):
    rows = data.query(f"{column} > @LIMIT").y.tolist()
    return rows, data.eval("@scale(x)").tolist(), data.eval("z = y * @LIMIT").z.tolist(), float(pd.eval("LIMIT + 1"))


if __name__ == "__main__":
    print(json.dumps(f("x")))
