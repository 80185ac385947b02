# refused: global conn used by (helper|Repo\.save)\(\), called_elsewhere\.py line \d+: sqlite3\.Connection
import sqlite3

from clustrix import cluster

conn = sqlite3.connect(":memory:")


class Repo:
    def save(self):
        conn.commit()

    def load(self):
        return helper()


def helper():
    return conn.execute("select 1").fetchall()


@cluster(cores=1)
def run():
    return Repo().load()


if __name__ == "__main__":
    print(run())
