# refused: `math\.prod` at helpers\.py line 5 needs Python 3\.8|40
# What a function of a module calls is found there too, by what the module imports.
import sys

import helpers
from clustrix import cluster


@cluster
def f(n):
    return helpers.grown([n, 2]) * 10


if __name__ == "__main__":
    print(f(2))
