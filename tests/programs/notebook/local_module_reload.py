# run: notebook
# %%
import json, importlib, pathlib, sys
sys.dont_write_bytecode = True
sys.path.insert(0, ".")
pathlib.Path("mylib.py").write_text("VERSION = 1\ndef f(x):\n    return x + VERSION\n")
# %%
import mylib
from clustrix import cluster
@cluster
def run(x): return [mylib.f(x), mylib.VERSION]
# %%
print(json.dumps(run(1)))
# %%
pathlib.Path("mylib.py").write_text("VERSION = 2\n\n\ndef f(x):\n    return x * 100 + VERSION\n")
_ = importlib.reload(mylib)
# %%
print(json.dumps(run(1)))
