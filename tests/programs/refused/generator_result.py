# refused: generator
# refused: list
from clustrix import cluster
@cluster
def f():
    yield 1
f()
