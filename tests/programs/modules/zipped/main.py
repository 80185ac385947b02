import json, os, sys, zipfile
with zipfile.ZipFile("bundle.zip", "w") as z:
    z.writestr("zipped_mod.py", "from zipped_pkg.inner import V\ndef f(x):\n    return [x, V]\n")
    z.writestr("zipped_pkg/__init__.py", "")
    z.writestr("zipped_pkg/inner.py", "V = 'zip'\n")
with zipfile.ZipFile("relative.zip", "w") as z:
    z.writestr("beside.txt", "beside")
    z.writestr("secret.txt", "not named")
    z.writestr("near.py", "import os\ndef read():\n    return __loader__.get_data(os.path.join(os.path.dirname(__file__), 'beside.txt')).decode()\n")
    z.writestr("lib/plugins/__init__.py", "import pkgutil\nNOTE = pkgutil.get_data(__name__, 'note.txt').decode()\n")
    z.writestr("lib/plugins/note.txt", "a note")
    z.writestr("lib/plugins/deep/x.bin", b"\0\1")
    z.writestr("lib/plugins/upper.py", "import pkgutil\ndef run(x):\n    return [x.upper(), len(pkgutil.get_data('plugins', 'deep/x.bin'))]\n")
sys.path.insert(0, os.path.abspath("bundle.zip"))
sys.path[:0] = ["relative.zip", "relative.zip/lib"]
import zipped_mod
import near
import plugins
from plugins import upper
from clustrix import cluster
@cluster
def run(x): return zipped_mod.f(x)
@cluster
def with_data(): return [plugins.NOTE, upper.run("a"), near.read()]
if __name__ == "__main__": print(json.dumps([run(2), with_data()]))
