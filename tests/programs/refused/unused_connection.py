import sqlite3, threading, socket
from clustrix import cluster
conn = sqlite3.connect(":memory:")
lock = threading.Lock()
sock = socket.socket()
def load(): return conn, lock
@cluster
def f(k): return k
print(f(1))
sock.close(); conn.close()
