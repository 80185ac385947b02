# refused: a database: global conn of opened used by count\(\), opened.py line \d+: sqlite3.Connection cannot be sent
# refused: a class's database: global Store.conn of opened used by .*count\(\), opened.py line \d+: sqlite3.Connection cannot be sent
# refused: a generator: global ids of opened used by take\(\), opened.py line \d+: builtins.generator cannot be sent
# refused: a file: global rows of opened used by read\(\), opened.py line \d+: _io.TextIOWrapper cannot be sent
# refused: unused: 7.*not gone on: \[1, 0, 'two', 1\]
"""What a module opens when it is imported, and the program has read from or written to since, would begin anew there."""
import opened
from clustrix import cluster


@cluster
def run(part):
    if part == "a database":
        return opened.count()
    if part == "a class's database":
        return opened.Store().count()
    if part == "a generator":
        return opened.take()
    if part == "a file":
        return opened.read()
    return opened.SIZE


@cluster
def use_what_is_as_imported():
    # Filled, begun and read by the import itself: it does so there, too.
    rows = opened.filled.execute("select count(*) from t").fetchone()[0]
    return [rows, next(opened.untouched), opened.second.readline().strip(), next(opened.begun)]


if __name__ == "__main__":
    opened.conn.execute("insert into t values (1)")
    opened.Store.conn.execute("insert into t values (1)")
    opened.take()
    opened.read()
    for part in ("a database", "a class's database", "a generator", "a file", "unused"):
        try:
            print(f"{part}:", run(part))
        except Exception as error:
            print(f"{part}:", error)
    print("not gone on:", use_what_is_as_imported())
