from . import VERSION


def finish(x):
    return x * VERSION
