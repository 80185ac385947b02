"""Where the live line is shown: at the end of a terminal, or in the output of a notebook's cell."""

from __future__ import annotations

import html
import os
import sys
from typing import TYPE_CHECKING, Any, Protocol

from clustrix.shown_text import harmless

if TYPE_CHECKING:
    from rich.console import Console


class Screen(Protocol):
    """A place for one line that changes."""

    #: Whether what the function prints goes to the same place, so that the line has to keep out of its way.
    is_shared: bool

    def draw(self, text: str) -> None:
        """Show this instead of what was shown."""

    def erase(self) -> None:
        """Show nothing."""

    def leave(self, text: str) -> None:
        """Show a line that stays."""


def find_screen() -> Screen | None:
    """The screen of whoever waits; None if nobody looks."""
    if in_notebook():
        return Cell()
    stream = sys.stderr
    return Terminal() if stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb" else None


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook."""
    # IPython is not imported to find out: a kernel has done so.
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return get_ipython is not None and hasattr(get_ipython(), "kernel")


class Terminal:
    """The last line of a terminal, through standard error."""

    is_shared = True

    def draw(self, text: str) -> None:
        from rich.text import Text

        self.erase()
        line = harmless(text).replace("\n", " ")
        _console().print(Text(line, style="dim"), end="", no_wrap=True, overflow="ellipsis", soft_wrap=False)

    def erase(self) -> None:
        from rich.control import Control
        from rich.segment import ControlType

        _console().control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))

    def leave(self, text: str) -> None:
        from rich.text import Text

        _console().print(Text(harmless(text), style="dim"))


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False, emoji=False, markup=False)


class Cell:
    """A line in the output of a cell, brought up to date in place; what is printed comes beneath it."""

    is_shared = False

    def __init__(self) -> None:
        self._handle: Any = None
        self._left: list[str] = []

    def draw(self, text: str, picture: str = "") -> None:
        """Show this instead of what was shown; ``picture`` is HTML beneath it."""
        self._show([*self._left, text], picture)

    def erase(self) -> None:
        if self._handle is not None:
            self._show(self._left)

    def leave(self, text: str) -> None:
        self._left.append(text)
        self._show(self._left)

    def _show(self, lines: list[str], picture: str = "") -> None:
        from IPython.display import display

        style = (
            "font-family: var(--jp-code-font-family, monospace); font-size: 90%; opacity: 0.75; white-space: pre-wrap"
        )
        text = harmless("\n".join(lines))
        shown = {
            "text/plain": text,
            "text/html": f'<div style="{style}">{html.escape(text)}</div>{picture}' if text else "",
        }
        if self._handle is None:
            self._handle = display(shown, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(shown, raw=True)
