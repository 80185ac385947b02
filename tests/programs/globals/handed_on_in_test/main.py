# run: pytest
# needs numpy
import tables
from clustrix import cluster
from tables import SUMS


@cluster
def told():
    return tables.told()


def grow(rows):
    rows.append("grown")


def test_what_a_test_changes_of_a_module():
    global SUMS
    SUMS += 1
    grow(tables.ROWS)
    print("RESULT", told())
    assert told() == ([1.0, 1.0], [0, 1, "grown"])
