# Values that a module makes with what only newer Pythons have, which the call does not come to.
import json

import helpers
from clustrix import cluster


@cluster
def f(x):
    return helpers.grow(x)


if __name__ == "__main__":
    print(json.dumps([f(2), helpers.later()]))
