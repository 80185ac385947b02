# refused: conn
# refused: load
# refused: sqlite3
# refused: connection.py line 11
import sqlite3
from clustrix import cluster
conn = sqlite3.connect(":memory:")

def load(k):
    return k + \
        conn.execute("select 1").fetchone()[0]

@cluster
def f(k): return load(k)

f(1)
