# needs Python 3.10
# Types that older Pythons cannot make are no matter where only annotations name them.
from collections.abc import Callable
import json

from clustrix import cluster

Number = int | float
Rows = list[dict[str, int]]
Step = Callable[[int], int] | None


class Table:
    size: Number = 3
    rows: Rows

    def __init__(self, rows: Rows, step: Step = None) -> None:
        self.rows: Rows = rows
        self.step = step

    def total(self, start: Number = 0) -> Number:
        found: Number = start
        for row in self.rows:
            found += self.step(row["n"]) if self.step else row["n"]
        return found


def made(rows: Rows) -> Table:
    return Table(rows, lambda n: n * 2)


@cluster
def f(rows: Rows, start: Number) -> Number:
    return [made(rows).total(start), Table(rows).total(), Table.size]


if __name__ == "__main__":
    print(json.dumps(f([{"n": 1}, {"n": 2}], 10)))
