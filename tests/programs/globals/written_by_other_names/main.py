"""Containers that a module computes, and that the script fills by other names than the module's."""

import tables

from clustrix import cluster


def put(table, key, value=1):
    table[key] = value


def insert(rows):
    rows.insert(0, "first")


@cluster(cores=1)
def held():
    return (
        dict(tables.GROUPS), dict(tables.COUNTS), list(tables.LATEST), tables.ROWS, tables.SQUARES, sorted(tables.WORDS),
        tables.LEFT, tables.RIGHT, tables.KEPT, tables.OPTIONS, tables.HELD,
        sorted(tables.SEEN), tables.LINES,
    )  # fmt: skip


def change():
    groups = tables.GROUPS
    groups["a"].append(1)
    counts, latest = tables.COUNTS, tables.LATEST
    counts["b"] += 5
    latest.append(7)
    words = own = tables.WORDS
    own.add("z")
    del words
    for rows in (tables.LEFT, tables.RIGHT):
        rows.reverse()
    put(tables.SQUARES, 9)
    put(table=tables.OPTIONS, key="rate", value=0.5)
    insert(tables.ROWS)
    kept = tables.KEPT
    print(len(kept))
    add = tables.SEEN.add
    add("new")
    list(map(tables.LINES.append, ("one", "two")))


if __name__ == "__main__":
    print(held())
    change()
    print(held())
