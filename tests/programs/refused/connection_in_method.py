# refused: global conn used by Repo\.load\(\), connection_in_method\.py line 12: sqlite3\.Connection
import sqlite3

from clustrix import cluster

conn = sqlite3.connect(":memory:")
TABLE = "t"


class Repo:
    def load(self):
        return conn.execute("select 1").fetchall(), TABLE


@cluster(cores=1)
def read():
    return Repo().load()


if __name__ == "__main__":
    print(read())
