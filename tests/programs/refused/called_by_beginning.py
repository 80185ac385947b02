# refused: global conn used by Tool\.do_save\(\), called_by_beginning\.py line 11: sqlite3\.Connection
import sqlite3

from clustrix import cluster

conn = sqlite3.connect(":memory:")


class Tool:
    def do_save(self):
        return conn.execute("select 1").fetchall()

    def run(self, verb):
        return getattr(self, "do_" + verb)()


@cluster(cores=1)
def run(verb):
    return Tool().run(verb)


if __name__ == "__main__":
    print(run("save"))
