import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "src"))

import study
from clustrix import cluster


@cluster(cores=1)
def read(name):
    return study.load(name), study.names()


if __name__ == "__main__":
    print(json.dumps(read("b")))
