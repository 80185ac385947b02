# refused: default db of load\(\), default_of_helper.py line 9
# refused: sqlite3.Connection cannot be sent
import sqlite3

from clustrix import cluster


# A connection that a helper was given when it was defined.
def load(n, db=sqlite3.connect(":memory:")):
    return db.execute("select ?", (n,)).fetchone()[0]


@cluster
def work(n):
    return load(n)


work(1)
