# refused: edited after it was imported
# refused: lib_edited.py
import sys
sys.dont_write_bytecode = True
open("lib_edited.py", "w").write("def f(x):\n    return x + 1\n")
sys.path.insert(0, ".")
import lib_edited
from clustrix import cluster
@cluster
def run(x): return lib_edited.f(x)
open("lib_edited.py", "w").write("def f(x):\n    return x + 2000\n")
print(run(1))
