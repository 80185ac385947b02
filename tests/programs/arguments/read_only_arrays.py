# needs numpy pandas
"""Arrays that cannot be written into cannot be there, and not at home again; what pandas makes of its own works there."""
import json

import numpy as np
import pandas as pd
from clustrix import cluster


def frozen(values):
    values.flags.writeable = False
    return values


def tried(values):
    try:
        values[...] = values
    except ValueError:
        return "read-only"
    return "written"


@cluster(cores=1)
def job(arrays, frame, kinds):
    column = frame["v"].to_numpy(copy=True)
    column[0] = 5
    frame["w"] = column
    frame.loc[0, "v"] = 7.0
    groups = frame.groupby("v")["w"].sum().tolist()
    return [tried(one) for one in arrays], arrays, frame, groups, kinds.groupby("c", observed=False)["t"].count().tolist(), kinds


if __name__ == "__main__":
    records = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    arrays = [
        frozen(np.arange(3)), np.arange(3), frozen(np.asfortranarray(np.ones((2, 3)))), frozen(np.zeros((0, 2))),
        frozen(np.array(["a"])), frozen(records), np.array(4), frozen(np.arange(3)[::-1].copy()),
    ]  # fmt: skip
    frame = pd.DataFrame({"v": [1.0, 2.0], "w": [3.0, 4.0]})
    kinds = pd.DataFrame({"c": pd.Categorical(["x", "y"]), "t": pd.to_datetime(["2020-01-01", "2020-01-02"])})
    kinds.index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
    told, back, frame, groups, counts, kinds = job(arrays, frame, kinds)
    print(json.dumps([told, [tried(one) for one in back], [bool(one.flags.f_contiguous) for one in back], groups, counts]))
    frame.loc[1, "w"] = 9.0
    kinds.loc[("b", 2), "t"] = pd.Timestamp("2021-01-01")
    print(frame.values.tolist(), kinds["t"].dt.year.tolist(), kinds["c"].cat.codes.tolist())
