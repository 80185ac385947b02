# refused: global conn used by load\(\), lock_of_class\.py line 17: sqlite3\.Connection cannot be sent
"""The class's lock is read by nothing, so the error is of the connection."""
import sqlite3
import threading
from clustrix import cluster

conn = sqlite3.connect(":memory:")
guard = threading.Lock()


class Store:
    lock = guard
    rows = [1]


def load():
    return conn.execute("select 1").fetchall()


@cluster
def run():
    return len(load()) + sum(Store.rows)


print(run())
