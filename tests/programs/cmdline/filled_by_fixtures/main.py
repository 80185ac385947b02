# run: pytest
"""A fixture in conftest.py puts something into a table of a module."""
import shapes
from clustrix import cluster


@cluster
def work(name, x):
    return shapes.INITIAL[name](x)


def test_work():
    print("RESULT", work("ones", 1), work("sine", 2), work("by2", 3))
