# refused: called: default db of load\(\), default_of_helper.py line 11: sqlite3.Connection cannot be sent
# refused: in a table: default db of load\(\), default_of_helper.py line 11, which is global TABLE\['load'\]\[0\] used by from_table\(\), default_of_helper.py line 25
# refused: in a partial: default db of load\(\), default_of_helper.py line 11, which is argument start.func: sqlite3.Connection
import functools
import sqlite3

from clustrix import cluster


# A connection that a helper was given when it was defined.
def load(n, db=sqlite3.connect(":memory:")):
    return db.execute("select ?", (n,)).fetchone()[0]


TABLE = {"load": [load]}


@cluster
def work(n):
    return load(n)


@cluster
def from_table(n):
    return TABLE["load"][0](n)


@cluster
def given(start):
    return start()


for how, call in {
    "called": lambda: work(1),
    "in a table": lambda: from_table(1),
    "in a partial": lambda: given(functools.partial(load, 1)),
}.items():
    try:
        print(f"{how}:", call())
    except Exception as error:
        print(f"{how}:", error)
