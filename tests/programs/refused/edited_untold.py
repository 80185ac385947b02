# refused: lib_untold.py was edited after it was imported
# refused: reload
import sys
from clustrix import cluster
open("lib_untold.py", "w").write("TABLE = list(range(3))\ndef f(x):\n    return [x, TABLE]\n")
sys.dont_write_bytecode = True
import lib_untold
@cluster
def run(x): return lib_untold.f(x)
open("lib_untold.py", "w").write("# longer\nTABLE = list(range(5))\ndef f(x):\n    return [x, TABLE]\n")
if __name__ == "__main__":
    print(run(1))
