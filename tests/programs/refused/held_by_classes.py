# refused: a connection: attribute conn of class Store used by .*count\(\), held_by_classes.py line 20: sqlite3.Connection cannot be sent
# refused: a file: attribute out of class Log used by .*write\(\), held_by_classes.py line 27: _io.TextIOWrapper cannot be sent
# refused: an object: attribute store of class Study used by run\(\), held_by_classes.py line 56: __main__.Link cannot be sent
# refused: a lock: 3.*unused: 7
"""What the body of a class opens is not opened once more there: that one would be empty."""
import os
import sqlite3
import sys
import threading

from clustrix import cluster


class Store:
    conn = sqlite3.connect(":memory:")
    conn.execute("create table t (x)")
    size = 7

    def count(self):
        return self.conn.execute("select count(*) from t").fetchone()[0]


class Log:
    out = open(os.devnull, "w")

    def write(self, text):
        self.out.write(text)
        return text


class Link:
    def __init__(self):
        self.conn = sqlite3.connect(":memory:")


class Study:
    store = Link()
    guard = threading.Lock()
    stream = sys.stdout


@cluster
def run(part):
    if part == "a connection":
        return Store().count()
    if part == "a file":
        return Log().write("x")
    if part == "unused":
        return Store.size
    if part == "a lock":
        with Study.guard:
            Study.stream.flush()
            return 3
    # What is told is the place where it is used, not the one where it was read.
    link = Study.store
    return link.conn


if __name__ == "__main__":
    Store.conn.execute("insert into t values (1)")
    for part in ("a connection", "a file", "an object", "a lock", "unused"):
        try:
            print(f"{part}:", run(part))
        except Exception as error:
            print(f"{part}:", error)
