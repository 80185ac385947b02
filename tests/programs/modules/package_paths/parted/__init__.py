import os
import pkgutil

__path__.append(os.path.join(os.path.dirname(__file__), "_backends"))


def names():
    return sorted(one.name for one in pkgutil.iter_modules(__path__))
