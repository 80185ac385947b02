# refused: log
# refused: TextIOWrapper
from clustrix import cluster
log = open(__file__)
@cluster
def f(): return log.read()
f()
