# needs numpy pandas
# Files that a table of samples names, or an array.
import json
import os
import numpy as np
import pandas as pd
from clustrix import cluster

PATHS = np.array(["reads/c.txt"])


def read(path):
    with open(path) as stream:
        return stream.read().strip()


@cluster
def of_frame(sheet):
    return [read(path) for path in sheet["path"]] + [read(path) for path in PATHS]


@cluster
def of_row(row):
    return read(row["path"])


@cluster
def by_name(sizes):
    return {os.path.basename(path): len(read(path)) * size for path, size in sizes.items()}


if __name__ == "__main__":
    sheet = pd.DataFrame({"sample": ["a", "b"], "path": ["reads/a.txt", "reads/b.txt"], "size": [1.5, 2.0]})
    print(json.dumps(of_frame(sheet)))
    print(json.dumps([of_row(row) for _, row in sheet.iterrows()]))
    print(json.dumps(by_name(pd.Series([3], index=["reads/d.txt"]))))
