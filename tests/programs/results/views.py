# Keys, values and items of dicts, as arguments and as results; loggers.
import logging
from collections import OrderedDict

from clustrix import cluster

LOG = logging.getLogger("study")
TABLE = {"a": [1], "b": [2]}
ORDERED = OrderedDict([("z", 1), ("y", [2])])


@cluster
def shown(keys, values, items):
    return [type(one).__name__ for one in (keys, values, items)], sorted(keys), list(values), len(items)


@cluster
def given(table):
    return table.keys(), table.values(), table.items(), LOG


print(shown(TABLE.keys(), TABLE.values(), TABLE.items()))
print(shown(ORDERED.keys(), ORDERED.values(), ORDERED.items()))
for one in TABLE, ORDERED:
    keys, values, items, log = given(one)
    print([type(view).__name__ for view in (keys, values, items)], keys & {"a", "z"}, list(values), list(items), log is LOG)
