# needs Python 3.10
"""Annotations that are unions are written as at home where the cluster's Python has such."""

import typing

from clustrix import cluster

Number = int | float


class Row:
    pass


def total(rows: list[Number], start: int | None = None, by: Row | None = None) -> Number:
    return sum(rows, start or 0)


@cluster(cores=1)
def job():
    hints = typing.get_type_hints(total)
    return [str(one).replace("__main__.", "") for one in total.__annotations__.values()], isinstance(1, hints["return"])


if __name__ == "__main__":
    print(job())
