"""Sources without what only people read: docstrings and comments become empty, and lines keep their numbers.

It halves what is sent when a cluster is met for the first time, which over a long way is a round trip.
"""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Match

# A text in three quotes, with what stands before it in its line; or a line that is a comment. They are looked for
# together, as each may hold what looks like the other.
_TEXT_OR_COMMENT = re.compile(r'^([^\n"#]*)"""[\s\S]*?"""|^ *#.*$', re.MULTILINE)


def emptied(source: str) -> str:
    r"""The same program with the same lines, without docstrings and without lines of comment.

    It knows how this project writes; a test compares the syntax trees of all our modules.

    >>> emptied('def f():\n    \"\"\"Give one.\"\"\"\n    # a comment\n    return 1\n')
    'def f():\n    ""\n\n    return 1\n'
    """
    return _TEXT_OR_COMMENT.sub(_without_words, source)


def _without_words(found: "Match[str]") -> str:
    before = found.group(1)
    if before is None:
        return ""
    if before.strip() not in ("", "r"):
        return found.group(0)  # a value
    return before.replace("r", "") + '""' + "\n" * found.group(0).count("\n")
