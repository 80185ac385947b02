import os
import sqlite3

ROWS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rows.txt")
SIZE = 7


def numbers():
    yield from range(10)


def with_a_row(conn):
    conn.execute("create table t (x)")
    conn.execute("insert into t values (0)")
    return conn


conn = sqlite3.connect(":memory:")
conn.execute("create table t (x)")
filled = with_a_row(sqlite3.connect(":memory:"))
ids = numbers()
untouched = numbers()
begun = numbers()
next(begun)
rows = open(ROWS)
second = open(ROWS)
second.readline()


class Store:
    conn = sqlite3.connect(":memory:")
    conn.execute("create table t (x)")

    def count(self):
        return self.conn.execute("select count(*) from t").fetchone()[0]


def count():
    return conn.execute("select count(*) from t").fetchone()[0]


def take():
    return next(ids)


def read():
    return rows.readline()
