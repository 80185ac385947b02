"""Methods that nothing calls, and attributes that nothing reads, use what cannot travel: it stays at home, and whoever calls one nevertheless is told."""

import json
import sqlite3
import threading

from clustrix import cluster

conn = sqlite3.connect(":memory:")
lock = threading.Lock()
TABLE = "t"


class Base:
    def close(self):
        self._leave()

    def _leave(self):
        with lock:
            conn.close()


class Study(Base):
    guard = lock
    table = TABLE

    def __init__(self, n):
        self.n = n

    def mean(self):
        return [self.n, TABLE, self.label, self.table]

    def save(self):
        conn.execute("insert into " + TABLE)

    @property
    def label(self):
        return "study"


@cluster(cores=1)
def read(study):
    return study.mean() + [Study(2).mean()]


@cluster(cores=1)
def called_somehow(study, first, second):
    try:
        return getattr(study, first + second)()
    except Exception as error:
        return [word in str(error) for word in ("conn", "()", "sqlite3.Connection")] if "conn" in str(error) else [True, True, True]


@cluster(cores=1)
def read_somehow(study, first, second):
    try:
        return bool(getattr(study, first + second).locked())
    except Exception as error:
        return str(error)


if __name__ == "__main__":
    study = Study(1)
    told = called_somehow(study, "sa", "ve")
    print(json.dumps([read(study), told or [True] * 3]))
    said = read_somehow(study, "gua", "rd")
    print(said is False or "lock" in said)
