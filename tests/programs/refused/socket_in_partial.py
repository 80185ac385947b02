# refused: argument fn\.args\[1\]: socket\.socket
import functools, socket
from clustrix import cluster
def ask(n, sock): return n
@cluster
def f(fn): return fn()
if __name__ == "__main__":
    f(functools.partial(ask, 1, socket.socket()))
