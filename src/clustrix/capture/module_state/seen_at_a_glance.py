"""Whether a source may write to modules that it imports, told from its lines.

What is told wrongly must cost no more than a parse, so in doubt a source may write. Only lines are looked at that name what stands for such a
module, or for something that was taken from it; the rest of a source costs a search for a word.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clustrix.capture.modules.words_in_sources import statements_with

_WORD = re.compile(rb"\w+")
#: ``left = right`` and ``left += right``, up to the first sign that is none of a comparison.
_ASSIGNMENT = re.compile(rb"([^=]*[^=!<>])=(?!=)(.*)", re.DOTALL)
_NAMES = re.compile(rb"[\s\w,()\[\]]+")
_LOOP = re.compile(rb"\s*for\b(.*?)\bin\b\s*([\[(].*)", re.DOTALL)
_CALLED = re.compile(rb"(\w+)\(")
_ATTRIBUTE = re.compile(rb"\.\s*(\w+)")
_IMPORT = re.compile(rb"\s*(?:from|import)\b")


class Writing(NamedTuple):
    """The methods that write into what they are called on, and the functions that write into what they are given."""

    methods: frozenset[bytes]
    functions: frozenset[bytes]


def may_write(source: bytes, modules: Iterable[str], writing: Writing) -> bool:
    r"""Whether a source may write to one of these modules, or into what it has from them.

    >>> writing = Writing(frozenset({b"append"}), frozenset({b"setattr"}))
    >>> may_write(b"from app import tools\ntools.ROWS.append(1)", ["app.tools"], writing)
    True
    >>> may_write(b"from app import tools\nrows.append(tools.ROWS)", ["app.tools"], writing)
    False
    """
    names, quoted = _looked_for(frozenset(modules))
    for text in quoted:
        if text in source and any(_is_given(before, writing) for before, _ in statements_with(source, text)):
            return True
    stands_for = {word for name in names if name in source for word in _imported(source, name)}
    looked_at = {b"from", b"import", b"as"}
    while b"*" not in stands_for and stands_for - looked_at:
        word = (stands_for - looked_at).pop()
        looked_at.add(word)
        for before, after in statements_with(source, word):
            if _IMPORT.match(before) and b";" not in after:
                continue
            if _is_written(before, word, after, writing):
                return True
            stands_for.update(_also_stand_for(before, word, after, source))
    return b"*" in stands_for


@functools.lru_cache(maxsize=64)
def _looked_for(modules: frozenset[str]) -> tuple[frozenset[bytes], list[bytes]]:
    """The last names of modules, and how their names begin where a text names them: ``monkeypatch.setattr("app.tools.load", ..)``."""
    quoted = [sign + name.encode() for name in modules for sign in (b'"', b"'")]
    return frozenset(name.rpartition(".")[2].encode() for name in modules), quoted


def _imported(source: bytes, module: bytes) -> Iterator[bytes]:
    """The words of the statements that import a module or from it: among them the names that it has here."""
    for before, after in statements_with(source, module):
        if _IMPORT.match(before):
            yield from _WORD.findall(before + module + after)
            yield from [b"*"] if b"*" in after else []


def _is_written(before: bytes, word: bytes, after: bytes, writing: Writing) -> bool:
    statement = before + word + after
    left, _ = _sides(statement)
    if word in _WORD.findall(left) and left.strip() != word:
        return True
    return (
        _is_given(before, writing)
        or before.lstrip().startswith(b"del ")
        or not writing.methods.isdisjoint(_ATTRIBUTE.findall(after))
    )


def _is_given(before: bytes, writing: Writing) -> bool:
    """Whether what stands there is given to a function that writes into it."""
    return b"out=" in before or not writing.functions.isdisjoint(_CALLED.findall(before))


def _sides(statement: bytes) -> tuple[bytes, bytes]:
    """What stands to the left and to the right of an assignment's sign; nothing where the sign is a call's."""
    found = _ASSIGNMENT.match(statement)
    if found is None or found[1].count(b"(") != found[1].count(b")"):
        return b"", b""
    return found[1].rstrip(b"+-*/|&^%@<> \t"), found[2]


def _also_stand_for(before: bytes, word: bytes, after: bytes, source: bytes) -> Iterator[bytes]:
    """The names that stand for the same from there on: of an assignment, of a loop, of the parameters of a function that is given it."""
    left, right = _sides(before + word + after)
    if b"(" not in right and word in _WORD.findall(right) and _NAMES.fullmatch(left):
        yield from _WORD.findall(left)
    loop = _LOOP.match(before + word + after)
    if loop is not None and word in _WORD.findall(loop[2]):
        yield from _WORD.findall(loop[1])
    for called in _CALLED.findall(before):
        start = source.find(b"def " + called + b"(")
        if start >= 0:
            yield from _WORD.findall(source[start + len(b"def ") + len(called) : source.find(b"):", start)])
