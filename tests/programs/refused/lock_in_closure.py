# refused: lock
# refused: closure variable lock used by make.<locals>.f\(\), lock_in_closure.py line 10
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
