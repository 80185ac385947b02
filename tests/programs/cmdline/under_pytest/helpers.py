import os

from clustrix import cluster


FACTOR = 2
def double(x):
    assert isinstance(x, int)
    return x * FACTOR


def variable():
    return os.environ.get("STUDY_DEPTH")


@cluster
def run_variable():
    return os.environ.get("STUDY_MODE")
