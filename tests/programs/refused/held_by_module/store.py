import sqlite3
import threading

conn = None
_own = None
model = None
mode = "none"


def connect():
    global conn, model, mode
    conn = sqlite3.connect(":memory:", check_same_thread=False)
    model = threading.local()
    model.weights = [1, 2]
    mode = "connected"
    own()


def own():
    global _own
    if _own is None:
        _own = sqlite3.connect(":memory:")
    return _own


def ask(n):
    return own().execute("select ? + 1", (n,)).fetchone()[0]


def is_connected():
    return conn is not None


def direct(n):
    return conn.execute("select ? + 1", (n,)).fetchone()[0]
