# refused: socket
# refused: default
import socket
from clustrix import cluster
@cluster
def f(s=socket.socket()): return 1
f()
