"""Text from outside as it is shown: nothing in it is a command to a terminal.

Names of files, words of schedulers and what agents tell may hold anything. What they are printed by has rich's markup
switched off, and HTML is escaped where it is made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

#: Colours and the like, which are left out whole.
_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
#: What else a terminal obeys, and what makes text run backwards. Tabs and line ends stay.
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    r"""The text for a terminal; a name that is no UTF-8 is shown by its bytes.

    >>> harmless("\x1b[31mred\x1b[0m\a"), harmless("\udcff.csv")
    ('red?', '\\udcff.csv')
    """
    if text.isprintable():
        return text
    plain = _CONTROL.sub("?", _SEQUENCE.sub("", text))
    return plain.encode("utf-8", "backslashreplace").decode("utf-8")


class Harmless:
    """Something of rich, all of whose text is harmless."""

    def __init__(self, what: RenderableType) -> None:
        self._what = what

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment

        for segment in console.render(self._what, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)
