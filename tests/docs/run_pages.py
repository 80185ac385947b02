"""Run scripts one after another as ``__main__`` in one process; what failed is told at the end.

python run_pages.py here FOLDER SCRIPT..
python run_pages.py cluster SCRIPT..
"""

import os
import runpy
import sys
import traceback

from clustrix import configure
from clustrix.testing import local_calls
from clustrix.words import WORDS


def run_all(scripts: list[str]) -> int:
    failed = 0
    for script in scripts:
        try:
            runpy.run_path(script, run_name="__main__")
        except BaseException:  # whatever a page does, the others run
            print(f"== {script}", file=sys.stderr)
            traceback.print_exc()
            failed += 1
        # None would also take what the variables of this run say.
        configure(**{word: None for word in WORDS if f"CLUSTRIX_{word.upper()}" not in os.environ})
    return failed


if __name__ == "__main__":
    if sys.argv[1] == "here":
        with local_calls(sys.argv[2]):
            failures = run_all(sys.argv[3:])
    else:
        failures = run_all(sys.argv[2:])
    sys.exit(1 if failures else 0)
