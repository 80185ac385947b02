# refused: result\['a'\]\[0\]
# refused: lock
import threading
from clustrix import cluster
@cluster
def f(): return {"a": [threading.Lock()]}
f()
