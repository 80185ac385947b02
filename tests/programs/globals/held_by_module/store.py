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


class Repo:
    _shared = None

    def __init__(self):
        self._own = None
        self.made = sqlite3.connect(":memory:")

    @classmethod
    def shared(cls):
        if cls._shared is None:
            cls._shared = sqlite3.connect(":memory:")
        return cls._shared

    def own(self):
        if not self._own:
            self._own = sqlite3.connect(":memory:")
        return self._own

    def ask(self):
        return [one.execute("select 5").fetchone()[0] for one in (self.shared(), self.own(), self.made)]


repo = Repo()
cache = {}


def cached(name):
    if name not in cache:
        cache[name] = sqlite3.connect(":memory:")
    return cache[name].execute("select 6").fetchone()[0]
