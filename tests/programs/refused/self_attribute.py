# refused: self\.conn.*Repo\.f\(\)
# refused: sqlite3.Connection
import sqlite3
from clustrix import cluster
class Repo:
    def __init__(self): self.conn = sqlite3.connect(":memory:")
    @cluster
    def f(self): return 1
Repo().f()
