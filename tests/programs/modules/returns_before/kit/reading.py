import functools
import pkgutil


def text():
    try:
        from importlib.resources import files
    except ImportError:
        return pkgutil.get_data(__package__, "note.txt").decode().strip()
    return files("kit").joinpath("note.txt").read_text().strip()


def product(numbers):
    try:
        from math import prod
    except ImportError:
        return functools.reduce(lambda one, two: one * two, numbers)
    return prod(numbers)
