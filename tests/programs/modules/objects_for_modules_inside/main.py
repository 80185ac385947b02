"""A module inside of a package has put an object in its place, which the package has under a name, too."""
import sys
from clustrix import cluster
from physics import constants

constants.c = 1
constants["h"] = 2


@cluster
def read():
    return [constants.c, constants["h"], type(constants).__name__, sys.modules["physics.constants"] is constants]


if __name__ == "__main__":
    print(read())
