"""``python notebook.py FILE``: run the ``# %%`` cells of FILE in an IPython shell, one after the other."""

import re
import sys
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

with open(sys.argv[1], encoding="utf-8") as stream:
    cells = re.split(r"(?m)^# %%.*\n", stream.read())
sys.path[0] = ""
shell: Any = InteractiveShell.instance(colors="NoColor")
shell.history_manager.enabled = False
for cell in cells:
    if cell.strip():
        done = shell.run_cell(cell, store_history=True)
        if not done.success:
            sys.exit(1)
