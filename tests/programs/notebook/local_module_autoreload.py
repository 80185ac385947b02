# run: notebook
# %%
%load_ext autoreload
%autoreload 2
import json, os, sys
from clustrix import cluster
FIRST = '''"""A module."""
import functools

RATE = 1
LIMITS = {"low": 1}
def act(x):
    def deeper(y):
        return y * 1
    return [RATE, deeper(x)]
class Box:
    size = 1
    def get(self): return [self.size, "old"]
    @property
    def label(self): return "old"
    @staticmethod
    def make(): return Box()
'''
SECOND = FIRST.replace("RATE = 1", "# more\n\nRATE = 2").replace("y * 1", "y * 200   # now").replace("old", "new").replace(
    "size = 1", "size = 3") + "def added(x):\n    return act(x + 1)\n"
def write(name, text, when):
    with open(name + ".py", "w") as stream:
        stream.write(text)
    os.utime(name + ".py", (when, when))
# Captured before the edit; not captured before it.
write("early", FIRST, 1600000000)
write("late", FIRST, 1600000000)
write("bare", FIRST, 1600000000)
# %%
sys.dont_write_bytecode = False
import early, late
sys.dont_write_bytecode = True
import bare
box = early.Box()
def all_of(module):
    return [module.act(3), module.Box().get(), module.Box().label, module.Box.make().get(), module.RATE, module.LIMITS]
# %%
@cluster
def from_early(): return all_of(early), box.get()
@cluster
def from_late(): return all_of(late)
@cluster
def from_bare(): return all_of(bare)
@cluster
def added(): return [early.added(1), late.added(1)]
print(json.dumps(from_early()))
for name in ("early", "late", "bare"):
    write(name, SECOND, 1600000100)
# %%
pass
# %%
print(json.dumps(from_early()))
print(json.dumps(from_late()))
print(json.dumps(from_bare()))
print(json.dumps(added()))
# %%
write("early", SECOND.replace("RATE = 2", "RATE = 33").replace("y * 200", "y + 0.5"), 1600000200)
# %%
pass
# %%
print(json.dumps(from_early()))
