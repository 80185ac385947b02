"""``python kernel.py FILE``: run the ``# %%`` cells of FILE in a Jupyter kernel."""

import os
import re
import sys

import nbformat
from nbclient import NotebookClient

with open(sys.argv[1], encoding="utf-8") as stream:
    cells = re.split(r"(?m)^# %%.*\n", stream.read())
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells if cell.strip()])
NotebookClient(notebook, timeout=100, kernel_name="python3", resources={"metadata": {"path": os.getcwd()}}).execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            sys.stdout.write(output.text)
