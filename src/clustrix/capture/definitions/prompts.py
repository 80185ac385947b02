"""What was typed at a prompt, or came through standard input: Python keeps the text of neither before version 3.13.

Where standard input is a file, it can be read again; where it is a terminal, readline has a history. A piece of text counts as the source of a
function only if compiling it gives the function's very code.
"""

from __future__ import annotations

import ast
import os
import re
import stat
import sys
from collections.abc import Iterator

#: What continues a statement though it begins a line.
_CONTINUES = re.compile(r"\s|(else|elif|except|finally|case)\b|[)\]}]|$|#")


def is_prompt() -> bool:
    """Whether statements are typed one by one, each with lines counted from 1."""
    return hasattr(sys, "ps1")


def standard_input_text() -> str | None:
    """All of standard input, if it is a file."""
    try:
        status = os.fstat(0)
        if not stat.S_ISREG(status.st_mode):
            return None
        return os.pread(0, status.st_size, 0).decode("utf-8", "replace")
    except (OSError, AttributeError):  # closed; or Windows, which has no pread
        return None


def typed_blocks() -> list[str]:
    """The statements that were typed, the oldest first."""
    text = standard_input_text()
    return list(split_blocks(text.split("\n") if text is not None else _history()))


def _history() -> list[str]:
    readline = sys.modules.get("readline")
    if readline is None:
        return []
    return [readline.get_history_item(index) or "" for index in range(1, readline.get_current_history_length() + 1)]


def split_blocks(lines: list[str]) -> Iterator[str]:
    r"""Parts of a session that a prompt takes as one statement each; what is not Python is left out.

    >>> list(split_blocks(["x = 1", "def f():", "    return x", "", "f()"]))
    ['x = 1\n', 'def f():\n    return x\n\n', 'f()\n']
    """
    start = 0
    while start < len(lines):
        end = _end_of_block(lines, start)
        if end is not None:
            yield "\n".join(lines[start:end]) + "\n"
        start = end or start + 1


def _end_of_block(lines: list[str], start: int) -> int | None:
    if not lines[start].strip():
        return None
    for end in range(start + 1, len(lines) + 1):
        if end < len(lines) and _CONTINUES.match(lines[end]):
            continue
        if _is_python("\n".join(lines[start:end])):
            return end
    return None


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
