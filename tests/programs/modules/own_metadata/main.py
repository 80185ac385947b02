# needs Python 3.8
"""A project that asks what is installed about itself: its version, its entry points."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "src"))
from clustrix import cluster
import study


@cluster(cores=1)
def asked():
    return study.__version__, study.plugins(), study.load("fast")()


if __name__ == "__main__":
    print(json.dumps(asked()))
