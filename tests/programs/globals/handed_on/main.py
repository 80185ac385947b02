# needs numpy
# Values of a module that the script changes without a word that says so.
import json
from operator import iadd
import numpy as np
import tables
import helpers
from tables import A1 as first, L1 as names
from clustrix import cluster

first += 1
for arr in (tables.A2, tables.A3):
    arr += 2
helpers.bump(tables.A4)
w = [tables.A5]
w[0][:] = 5
np.add(tables.A6, 6, out=tables.A6)
view = tables.A7[:1]
view += 7
names += ["x"]
helpers.grow(tables.L2, "y", "z")
iadd(tables.L3, ["w"])
list(map(tables.L4.append, "cd"))
helpers.Editor(tables.O1).edit(10)
with helpers.Editor(tables.O2) as o:
    o.arr += 4
getattr(tables, "O3").kids.extend([1])
for d in tables.DICTS.values():
    d["x"] *= 10
put = tables.S1.add
put(9)


@cluster
def run():
    return tables.told()


print(json.dumps(run()))
