# run: notebook
# %%
# %%
import json
from clustrix import cluster
files = !echo one two
# %%
x = 5
@cluster
def f():
    return [files[0], x]
# %%
%%capture captured
def in_capture(v):
    return v * 2
print("not shown")
# %%
@cluster
def g(v): return in_capture(v)
# %%
print(json.dumps([f(), g(4)]))
# %%
%%capture
h = cluster(lambda v: in_capture(v) + x)
# %%
print(h(1))
# %%
out = [cluster(lambda v, i=i: v + i)(10) for i in range(2)]; print(out)
# %%
import io, contextlib
# %%
%%time
k = cluster(lambda v: in_capture(v) + x + 1)
# %%
print("RESULT", k(1))
