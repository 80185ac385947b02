# run: repl
import json
from clustrix import cluster
base = 5
def helper(x):
    return x + base

class Point:
    """A point"""
    def __init__(self, x):
        self.x = x
    def moved(self, by):
        return Point(helper(self.x) + by)

@cluster
def run(p):
    return p.moved(2)

p = run(Point(1))
print("RESULT", json.dumps([p.x, type(p) is Point]))
sq = lambda v: v * v
f = cluster(lambda v: sq(v) + 1)
print("RESULT", f(5))
def helper(x):
    return x * base

print("RESULT", run(Point(3)).x)
for i in range(2):
    def looped(v):
        return v + i

print("RESULT", cluster(looped)(3))
if True:
    @cluster(cores=1)
    def inside(a, *rest, k=2):
        return [a, rest, k]

print("RESULT", inside(1, 2, k=3))
