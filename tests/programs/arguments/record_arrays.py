# needs numpy
# A class that says it is of a module which nobody has imported yet (numpy.rec).
import numpy as np

from clustrix import cluster

TABLE = np.array([(1, 2.5), (3, 4.5)], dtype=[("id", "i4"), ("weight", "f8")]).view(np.recarray)


@cluster
def weighed(rows):
    rows["weight"][1] = 8.5
    return rows.weight.tolist(), rows[0].id, type(rows) is np.recarray, TABLE.id.sum(), rows


*told, back = weighed(TABLE.copy())
print(told, type(back) is np.recarray, back.weight.tolist(), TABLE.weight.tolist())
