"""What is told while somebody waits for an environment."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from clustrix.shown_text import harmless


def to_stderr(text: str) -> None:
    """A line for whoever waits, or for a log."""
    sys.stderr.write(f"clustrix: {harmless(text)}\n")
    sys.stderr.flush()


def to_nobody(text: str) -> None:
    """What matters only as long as it lasts has no place in a log."""


@dataclass(frozen=True)
class Telling:
    """Where it is told: ``lasting`` what stays, ``passing`` what is being done just now."""

    lasting: Callable[[str], None] = to_stderr
    passing: Callable[[str], None] = to_nobody
