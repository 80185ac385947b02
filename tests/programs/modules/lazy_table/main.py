import collections
import json

import tk
from clustrix import cluster

Row = collections.namedtuple("Row", ["name", "def", "name"], rename=True)


@cluster(cores=1)
def both(x):
    return [tk.find("fast")(x), tk.find("slow")(x)]


@cluster(cores=1)
def renamed(row):
    made = collections.namedtuple("Made", ["class", "x"], rename=True)
    return Row(row.name, row._1 * 2, *made(3, 4)[1:])


if __name__ == "__main__":
    print(json.dumps([both(5), list(renamed(Row("a", 1, 2))), type(renamed(Row("a", 1, 2))) is Row]))
