# run: notebook
# %%
import json, math
from collections import namedtuple
from clustrix import cluster
# %%
scale = 3
def helper(x):
    return x * scale
class Model:
    bias = 1
    def __init__(self, w): self.w = w
    def predict(self, x): return helper(x) * self.w + self.bias
Point = namedtuple("Point", "x y")
# %%
@cluster(cores=1)
def run(model, xs):
    return [model.predict(x) for x in xs] + [math.floor(2.5), Point(1, 2).x]
# %%
print(json.dumps(run(Model(2), [1, 2])))
# %%
scale = 10
class Model:
    bias = 100
    def __init__(self, w): self.w = w
    def predict(self, x): return helper(x) * self.w + self.bias
# %%
print(json.dumps(run(Model(2), [1, 2])))
# %%
old = helper
def helper(x): return old(x) + 1000
# %%
print(json.dumps(run(Model(2), [1, 2])))
# %%
def gone(x):
    return x + 5
kept = gone
del gone
@cluster
def uses_kept(x): return kept(x)
# %%
print(uses_kept(1))
