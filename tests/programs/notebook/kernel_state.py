# needs Python 3.7
# run: kernel
# %%
import json
from dataclasses import dataclass, field
from clustrix import cluster
history = []
@dataclass
class Step:
    n: int
    tags: list = field(default_factory=list)
class Stop(Exception):
    def __init__(self, step): super().__init__("stopped at %d" % step.n); self.step = step
# %%
%load_ext autoreload
def work(step):
    if step.n > 2: raise Stop(step)
    return Step(step.n + 1, step.tags + [list(history)])
@cluster
def run(step): return work(step)
# %%
s = run(Step(1)); history.append(99)
print("RESULT", json.dumps([s.n, s.tags, type(s) is Step, len(history)]))
s = run(s)
print("RESULT", json.dumps([s.n, s.tags, type(s) is Step]))
# %%
try:
    run(Step(5))
except Stop as e:
    print("RESULT", json.dumps([str(e), e.step.n, type(e.step) is Step]))
# %%
async def main():
    return run(Step(0)).n
print("RESULT", await main())
# %%
def work(step):
    return Step(step.n * 10)
print("RESULT", run(Step(4)).n)
# %%
def place():
    try:
        return "in a notebook" if get_ipython().kernel else ""
    except NameError:
        return "in a job"
@cluster
def knows_its_place(): return place().startswith("in a")
print("RESULT", knows_its_place())
