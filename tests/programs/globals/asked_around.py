# What a program has asked of the machine that it started on is its answer for the job too, whatever may be caught.
import json
import os
import sys

os.environ["STEPS_OF_MINE"] = "7"
from clustrix import cluster

try:
    STEPS = int(os.environ.get("STEPS_OF_MINE"))
except TypeError:
    STEPS = 4
try:
    MODE = sys.argv[1].upper()
except Exception:
    MODE = "none of " + sys.argv[0].rpartition("/")[2]
try:
    import json as codec
    ROOT = os.path.basename(os.getcwd())
except ImportError:
    codec, ROOT = None, "?"
if hasattr(os, "getpid"):
    PID = os.getpid()
else:
    PID = 0
try:
    WORDS = open(__file__).read().count("WORDS")
except:
    WORDS = -1


@cluster
def f():
    return [STEPS, MODE, ROOT, WORDS, PID, codec is not None]


if __name__ == "__main__":
    del os.environ["STEPS_OF_MINE"]
    answer = f()
    print(json.dumps(answer[:4] + [answer[4] == os.getpid(), answer[5]]))
