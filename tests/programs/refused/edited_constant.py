# refused: lib_constant.py was edited after it was imported: TABLE is not what stands there now
# refused: reload
import sys
from clustrix import cluster
sys.dont_write_bytecode = False
open("lib_constant.py", "w").write("TABLE = list(range(3))\ndef f(x):\n    return [x, TABLE]\n")
import lib_constant
@cluster
def run(x): return lib_constant.f(x)
open("lib_constant.py", "w").write("# longer\nTABLE = list(range(5))\ndef f(x):\n    return [x, TABLE]\n")
if __name__ == "__main__":
    print(run(1))
