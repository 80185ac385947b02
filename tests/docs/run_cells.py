"""Run the cells that stand in a file of JSON in one session of IPython; the first error ends it.

python run_cells.py FOLDER CELLS.json
"""

import json
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

from clustrix.testing import local_calls

if __name__ == "__main__":
    shell = InteractiveShell.instance()
    with local_calls(sys.argv[1]):
        for cell in json.loads(Path(sys.argv[2]).read_text()):
            done = shell.run_cell(cell, store_history=True)
            done.raise_error()
