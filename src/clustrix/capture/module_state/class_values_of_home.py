"""Values that the body of a class has made and that cannot travel: which of them executing the body there makes as good as they are.

A lock or a pool that is made anew is as good as the one at home. A connection is not: its tables, its position, its other end are of the one at
home, so whoever uses it there is told that it stayed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from clustrix.capture.module_state.plain_values import contents_of
from clustrix.capture.module_state.restoring import Again
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.capture.reached import stays_because
from clustrix.capture.reductions.travelling import travels
from clustrix_remote import hashed, placeholders

#: By name: most programs import few of their modules.
_OF_HOME = frozenset({
    "sqlite3.Connection", "sqlite3.Cursor", "_io._IOBase", "socket.socket", "mmap.mmap", "subprocess.Popen", "builtins.generator",
    "builtins.coroutine", "builtins.async_generator",
})  # fmt: skip
#: More than this is not looked through.
_MAX_PARTS = 1000


def is_of_home(value: Any) -> bool:
    """Whether a value cannot travel, and another one made there would not be as good."""
    return any(map(_is_one_of_home, _parts(value))) and not travels(value)


def as_kept(kind: type, name: str, value: Any) -> Again:
    """What stands for such an attribute of a class."""
    return Again(
        placeholders.stays_at_home, name, f"attribute {name} of class {kind.__qualname__}", stays_because(value)
    )


def _is_one_of_home(value: Any) -> bool:
    streams = (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__)
    if any(value is one for one in streams):
        return False  # every process has these
    return any(f"{one.__module__}.{one.__qualname__}" in _OF_HOME for one in type(value).__mro__)


def _parts(value: Any) -> Iterator[Any]:
    """The value and what it holds, as far as containers and objects of the user's classes go."""
    stack, seen = [value], set[int]()
    while stack and len(seen) < _MAX_PARTS:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, (list, tuple, dict)):
            stack += contents_of(one)
        if owner_of_class(type(one)) in (Owner.INTERACTIVE, Owner.LOCAL):
            stack += hashed.attributes(one).values()
