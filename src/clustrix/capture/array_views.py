"""Arrays of numpy that are views into the same memory: there, too, what is written into one is in the others.

``weights = theta[:4]`` in the program: pickle makes arrays of their own of both. A first pickling meets the arrays of a call; where some overlap, a
second one sends the memory, and each array as a view into it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from clustrix_remote import libraries

#: So much that is in none of the arrays, such as what is between the columns that are sent, may go along.
_SPARE_BYTES = 1 << 20


class View(NamedTuple):
    """An array, and how it is pickled."""

    array: Any
    reduced: tuple[Any, ...]


class _Extent(NamedTuple):
    """From where to where in memory an array lies."""

    start: int
    end: int
    array: Any


class Arrays:
    """The arrays that a pickling has met; ``views`` are those that go as views, by their ids."""

    def __init__(self, views: dict[int, View]) -> None:
        self._views = views
        self._met: dict[int, Any] = {}
        #: Whether pandas is there, whose own accounts of who shares what do not travel.
        self._is_with_frames = False

    def reduce(self, value: Any, kind: type) -> Any:
        """How a value is pickled that is such an array; NotImplemented for all others."""
        view = self._views.get(id(value))
        if view is not None and view.array is value:
            return view.reduced
        if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
            self._met[id(value)] = value
        elif kind.__module__.startswith("pandas."):
            self._is_with_frames = True
        return NotImplemented

    def views(self) -> dict[int, View]:
        """Those that share memory."""
        met = () if self._is_with_frames or len(self._met) < 2 else self._met.values()
        owners: dict[int, list[Any]] = {}
        for one in met:
            owners.setdefault(id(_owner(one)), []).append(one)
        shared = (one for one in owners.values() if len(one) > 1)
        return {id(view.array): view for arrays in shared for group in _overlapping(arrays) for view in _views(group)}


def _owner(array: Any) -> Any:
    while type(array.base) is type(array):
        array = array.base
    return array


def _overlapping(arrays: Iterable[Any]) -> Iterator[list[_Extent]]:
    """The arrays of one memory in groups that lie apart."""
    group: list[_Extent] = []
    reach = 0
    for one in sorted((_extent(array) for array in arrays if array.size), key=lambda extent: extent[:2]):
        if one.start >= reach:
            yield group
            group = []
        group.append(one)
        reach = max(reach, one.end)
    yield group


def _extent(array: Any) -> _Extent:
    start = array.__array_interface__["data"][0]
    steps = [(count - 1) * stride for count, stride in zip(array.shape, array.strides, strict=True)]
    end = start + sum(step for step in steps if step > 0) + array.itemsize
    return _Extent(start + sum(step for step in steps if step < 0), end, array)


def _views(group: list[_Extent]) -> Iterator[View]:
    """Each as a view into a piece of memory that all of them have; none where that would be too much, or other versions cannot read it."""
    arrays = [one.array for one in group]
    if len(group) < 2 or not all(libraries.is_plain_type(one.dtype) for one in arrays):
        return
    start, end, owner = min(one.start for one in group), max(one.end for one in group), _owner(arrays[0])
    if end - start > 2 * sum(one.nbytes for one in arrays) + _SPARE_BYTES:
        return
    if not (owner.flags.c_contiguous or owner.flags.f_contiguous):
        return
    memory = (owner if owner.flags.c_contiguous else owner.T).reshape(-1).view(sys.modules["numpy"].uint8)
    first = owner.__array_interface__["data"][0]
    piece = memory[start - first : end - first]
    for array in arrays:
        offset = array.__array_interface__["data"][0] - start
        how = (array.dtype.str, array.shape, array.strides, array.flags.writeable)
        yield View(array, (libraries.view, (piece, offset, *how)))
