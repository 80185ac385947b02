import json, os, sys, time
sys.dont_write_bytecode = True
open("edited_lib.py", "w").write("def f(x):\n    return x + 1\n\ndef g(x):\n    return x\n")
sys.path.insert(0, ".")
import edited_lib, importlib
from clustrix import cluster
run = cluster(lambda x: edited_lib.f(x))
if __name__ == "__main__":
    print(run(1))
    open("edited_lib.py", "w").write("# a longer text\n\n\ndef f(x):\n    return x + 1000\n\ndef g(x):\n    return x\n")
    importlib.reload(edited_lib)
    print(run(1))
