import json, os, sys, zipfile
with zipfile.ZipFile("bundle.zip", "w") as z:
    z.writestr("zipped_mod.py", "from zipped_pkg.inner import V\ndef f(x):\n    return [x, V]\n")
    z.writestr("zipped_pkg/__init__.py", "")
    z.writestr("zipped_pkg/inner.py", "V = 'zip'\n")
sys.path.insert(0, os.path.abspath("bundle.zip"))
import zipped_mod
from clustrix import cluster
@cluster
def run(x): return zipped_mod.f(x)
if __name__ == "__main__": print(json.dumps(run(2)))
