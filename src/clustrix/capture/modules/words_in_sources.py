"""Where a word stands in a source, told without parsing it: of hundreds of modules that are loaded few are worth that."""

from __future__ import annotations

from collections.abc import Iterator

_DEFINITIONS = (b"def ", b"class ", b"async ", b"@")
_BRACKETS = (b"(", b")"), (b"[", b"]"), (b"{", b"}")


def statements_with(source: bytes, word: bytes) -> Iterator[tuple[bytes, bytes]]:
    r"""What stands before and after a word in the statements that name it: from where its bracket was opened, to where all are closed.

    >>> list(statements_with(b"rows = load(\n    names)\nrename(1)", b"names"))
    [(b'rows = load(\n    ', b')')]
    """
    for at in places_of(source, word):
        end = at + len(word)
        yield source[beginning_of(source, at) : at], source[end : _end_of_statement(source, at)]


def places_of(source: bytes, word: bytes) -> Iterator[int]:
    """Where a word stands as such, and not within a longer one."""
    at = source.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_is_of_word(source[at - 1 : at]) or _is_of_word(source[end : end + 1])):
            yield at
        at = source.find(word, end)


def beginning_of(source: bytes, at: int) -> int:
    """The beginning of the line, or of that which has opened a bracket that is open still."""
    start = source.rfind(b"\n", 0, at) + 1
    opened = source.rfind(b"(", 0, start)
    is_open = opened >= 0 and b")" not in source[opened:at]
    return source.rfind(b"\n", 0, opened) + 1 if is_open else start


def is_within_definition(source: bytes, at: int) -> bool:
    """Whether a place is inside of a function or class."""
    start = source.rfind(b"\n", 0, at) + 1
    while start and source[start : start + 1] in (b" ", b"\t", b"\n", b"\r", b"#", b")", b"]", b"}"):
        start = source.rfind(b"\n", 0, start - 1) + 1
    return source.startswith(_DEFINITIONS, start) and source.rfind(b"\n", 0, at) > start


def _is_of_word(character: bytes) -> bool:
    return character.isalnum() or character == b"_"


def _end_of_statement(source: bytes, at: int) -> int:
    start, end = source.rfind(b"\n", 0, at) + 1, at
    while True:
        line_end = source.find(b"\n", end)
        end = len(source) if line_end < 0 else line_end
        text = source[start:end]
        is_open = any(text.count(opening) > text.count(closing) for opening, closing in _BRACKETS if opening in text)
        if end == len(source) or not (is_open or text.endswith(b"\\")):
            return end
        end += 1
