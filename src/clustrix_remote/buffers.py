"""Memory for what passes through: used again, as new memory from the system costs more than copying into it.

``take`` lends; whoever has no more use for what he was lent may ``give`` it back, or forget it.
"""

from clustrix_remote import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Optional  # noqa: F401

#: So much is kept for those who come next.
MOST_KEPT = 8


class Lent(bytearray):
    """Memory of ``wire.CHUNK_BYTES``; nobody keeps a part of it when it is given back."""

    __slots__ = ()


_kept = []  # type: List[Lent]


def take(size: int) -> "Optional[Lent]":
    """Memory with any content, if ``size`` is that of a full chunk; smaller ones are better made anew."""
    if size != wire.CHUNK_BYTES:
        return None
    try:
        return _kept.pop()
    except IndexError:
        return Lent(size)


def give(buffers: "Iterable[object]") -> None:
    """Give back those of ``buffers`` that were lent."""
    for buffer in buffers:
        if isinstance(buffer, Lent) and len(_kept) < MOST_KEPT:
            _kept.append(buffer)


def forget() -> None:
    """Nobody will come soon."""
    del _kept[:]
