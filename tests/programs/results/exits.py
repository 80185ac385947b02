# refused: exit
# refused: 7
import os
from clustrix import cluster
@cluster
def f(): os._exit(7)
f()
