"""A module whose file is gone since its import concerns only the calls that need it."""

import os
import sys
from pathlib import Path

from clustrix import cluster

sys.path.insert(0, os.getcwd())
Path("made_for_once.py").write_text("def three():\n    return 3\n")
import made_for_once

os.remove("made_for_once.py")


def needs_it():
    return made_for_once.three()


@cluster
def needs_it_not(x):
    return [x] * 2


if __name__ == "__main__":
    print(needs_it(), needs_it_not(4))
