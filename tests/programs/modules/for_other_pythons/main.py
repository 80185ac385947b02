"""A module that imports other parts in other Pythons: what the cluster's never imports need not be for it."""
import json

import compat
from clustrix import cluster
from compat import Row, shown


@cluster
def ask(values):
    return compat.product(values), compat.first_big(values, 2), compat.shown("a"), compat.total(values), shown(values), Row(3).doubled()


if __name__ == "__main__":
    print(json.dumps(ask([1, 2, 3, 4])))
