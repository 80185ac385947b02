# run: kernel
# %%
%load_ext autoreload
%autoreload 2
import json
from clustrix import cluster
# %%
%%writefile animals.py
COUNT = 1
class Cat:
    def sound(self): return "meow"
def count(): return COUNT
# %%
from animals import Cat, count
tom = Cat()
# %%
@cluster
def f(c):
    return [c.sound(), count()]
out = [f(tom)]
# %%
%%writefile animals.py
# What is new in a file is executed as a text that stands nowhere.
COUNT = 2
def grown(n):   # one more
    return max(n, key=lambda x: -x)
class Kitten:
    def age(self): return 0
class Cat:
    def sound(self): return "purr"
def count(): return COUNT
# %%
import animals
@cluster
def g(): return [animals.grown([3, 2]), animals.Kitten().age()]
out += [f(tom), g()]
print("RESULT", json.dumps(out))
