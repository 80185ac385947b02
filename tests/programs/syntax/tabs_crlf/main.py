import json
import os
import sys
import importlib
os.makedirs("made", exist_ok=True)
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.abspath("made"))
with open("made/tabbed.py", "wb") as s:
    s.write(b"RATE = 2\r\ndef f(x):\r\n\tif x:\r\n\t\treturn '''a\r\n\tb''' + str(x * RATE)\r\n\treturn None\r\n")
with open("made/latin.py", "wb") as s:
    s.write("# -*- coding: latin-1 -*-\nWORD = 'caf\xe9'\ndef f(x):\n    return WORD + 'na\xefve' + str(x)\n".encode("latin-1"))
with open("made/bom.py", "wb") as s:
    s.write(b"\xef\xbb\xbfdef f(x):\n    return 'b\xc3\xb6m' + str(x)\n")
with open("made/formfeed.py", "wb") as s:
    s.write(b"\x0c\nX = 1\n\x0c\ndef f(x):\n    return 'ff\x0c' + str(x)\n# end without newline \\")
import tabbed, latin, bom, formfeed
from clustrix import cluster

@cluster
def run(x):
    return [tabbed.f(x), latin.f(x), bom.f(x), formfeed.f(x), "ünïcode \u2603 \N{SNOWMAN}"]

if __name__ == "__main__":
    print(json.dumps(run(3)))
    # The same sources in namespaces of their own.
    for name in ("tabbed", "latin", "bom", "formfeed"):
        space = {"__name__": "__main__"}
        path = os.path.abspath("made/%s.py" % name)
        exec(compile(open(path, "rb").read(), path, "exec"), space)
        print(json.dumps(cluster(space["f"])(5)))
