"""The names of files as people know them: a notebook's cell has a number, and a file name that nobody has ever seen."""

from __future__ import annotations

import os
import re
import sys

_FRAME = re.compile(r'^  File "([^"\n]+)", line ', re.MULTILINE)


def short_name(filename: str) -> str:
    """The last part of a file's path, or ``Cell In[3]``, as IPython's own tracebacks say.

    >>> short_name("/home/ann/lab/study.py")
    'study.py'
    """
    return _cell(filename) or os.path.basename(filename)


def full_name(filename: str) -> str:
    """The file's path, or ``Cell In[3]``."""
    return _cell(filename) or filename


def with_cell_names(traceback: str) -> str:
    """A traceback's text in which a cell's lines are told as IPython tells them, ``Cell In[3], line 2, in load``."""

    def renamed(frame: re.Match[str]) -> str:
        cell = _cell(frame[1])
        return f"  {cell}, line " if cell else frame[0]

    return _FRAME.sub(renamed, traceback) if "IPython" in sys.modules else traceback


def _cell(filename: str) -> str:
    """``Cell In[3]`` if this is the name of a cell of the running kernel, or prompt."""
    # IPython is not imported to find out: a kernel has done so.
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython is not None else None
    # None for what is no cell; IPythons before 8 have no such method.
    format_code_name = getattr(getattr(shell, "compile", None), "format_code_name", None)
    told = format_code_name(filename) if format_code_name is not None else None
    return " ".join(told) if told else ""
