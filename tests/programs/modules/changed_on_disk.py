import json, os, sys
sys.dont_write_bytecode = True
open("on_disk.py", "w").write("def f(x):\n    return x + 1\n")
sys.path.insert(0, ".")
import on_disk
from clustrix import cluster
run = cluster(lambda x: on_disk.f(x))
if __name__ == "__main__":
    print(run(1))
