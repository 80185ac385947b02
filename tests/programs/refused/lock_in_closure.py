# refused: lock
# refused: closure variable
# refused: _thread.lock
import threading
from clustrix import cluster
def make():
    lock = threading.Lock()
    @cluster
    def f():
        with lock: return 1
    return f
make()()
