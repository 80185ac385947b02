# refused: pool
from concurrent.futures import ThreadPoolExecutor
from clustrix import cluster
pool = ThreadPoolExecutor(1)
@cluster
def f(): return list(pool.map(str, [1]))
f()
