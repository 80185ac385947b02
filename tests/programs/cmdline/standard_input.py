# run: stdin
import json
from clustrix import cluster
RATE = 2
def helper(x): return x * RATE
class K:
    one = 1
    def __init__(self, v): self.v = v
    def up(self): return K(self.v + self.one)
@cluster
def f(x):
    return [helper(x), K(x).up().v, (lambda z: z + 1)(x)]
print(json.dumps(f(3)))
k = cluster(lambda v: K(v))(4)
print(type(k) is K, k.v)
