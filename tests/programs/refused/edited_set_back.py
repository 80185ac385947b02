# refused: lib_set_back.py was edited after it was imported: Steps.work
import os
import sys
from clustrix import cluster

sys.dont_write_bytecode = True
TEXT = "class Steps:\n    def work(self, x):\n        return ['old', x]\n"
open("lib_set_back.py", "w").write(TEXT)
os.utime("lib_set_back.py", (1600000000, 1600000000))
import lib_set_back


@cluster
def run(x): return lib_set_back.Steps().work(x)


# As a tool that copies or syncs does: another text of the same length, and the same time of writing.
open("lib_set_back.py", "w").write(TEXT.replace("old", "new"))
os.utime("lib_set_back.py", (1600000000, 1600000000))
print(run(1))
