"""Arrays of numpy that are views into the same memory: on the other side, too, what is written into one is in the others.

``weights = theta[:4]`` in the program: pickle makes arrays of their own of both. A first pickling meets the arrays of a call, or of a result; where
some overlap, a second one sends the memory, and each array as a view into it.
"""

import sys

from clustrix_remote import libraries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: So much that is in none of the arrays, such as what is between the columns that are sent, may go along.
_SPARE_BYTES = 1 << 20


def is_array(kind: "Any") -> "Any":
    """Whether it is numpy's class of arrays; those under it may say themselves how they are pickled."""
    return kind.__name__ == "ndarray" and kind.__module__ == "numpy"


class Arrays:
    """The arrays that a pickling has met; ``views`` are those that go as views: by their ids, with what they are reduced to."""

    def __init__(self, views: "Any") -> None:
        self._views = views
        self._met: "dict" = {}
        #: Whether pandas is there, whose own accounts of who shares what do not travel.
        self._is_with_frames = False

    def reduce(self, value: "Any", kind: "Any") -> "Any":
        """How a value is pickled that is such an array, or one with gaps whose bytes are in another order; NotImplemented for all others."""
        array, reduced = self._views.get(id(value), (None, None))
        if array is value and reduced is not None:
            return reduced
        if is_array(kind):
            self._met[id(value)] = value
            if not value.dtype.isnative and not value.flags.forc:
                return libraries.reduce_array(value)  # numpy, up to 2.5 at least, pickles them in this machine's order
        else:
            self.note(kind)
        return NotImplemented

    def note(self, kind: "Any") -> None:
        """There are values of this class, too."""
        self._is_with_frames = self._is_with_frames or kind.__module__.startswith("pandas.")

    def views(self) -> "Any":
        """Those that share memory."""
        met = [] if self._is_with_frames or len(self._met) < 2 else list(self._met.values())
        owners: "dict" = {}
        for one in met:
            owners.setdefault(id(_owner(one)), []).append(one)
        groups = [group for arrays in owners.values() if len(arrays) > 1 for group in _overlapping(arrays)]
        return {id(array): (array, reduced) for group in groups for array, reduced in _views(group)}


def _owner(array: "Any") -> "Any":
    """Whose memory it is; what ``as_strided`` makes has something of numpy's own in between."""
    while True:
        base = array.base
        base = base.base if type(base).__name__ == "DummyArray" else base
        if type(base) is not type(array):
            return array
        array = base


def _overlapping(arrays: "Any") -> "Any":
    """The arrays of one memory, as ``(start, end, array)``, in groups that lie apart."""
    group: "list" = []
    reach = 0
    for one in sorted((_extent(array) for array in arrays if array.size), key=lambda extent: extent[:2]):
        if one[0] >= reach:
            yield group
            group = []
        group.append(one)
        reach = max(reach, one[1])
    yield group


def _extent(array: "Any") -> "Any":
    start = array.__array_interface__["data"][0]
    steps = [(count - 1) * stride for count, stride in zip(array.shape, array.strides)]
    end = start + sum(step for step in steps if step > 0) + array.itemsize
    return start + sum(step for step in steps if step < 0), end, array


def _is_of_bytes(array: "Any") -> "Any":
    return libraries.is_plain_type(array.dtype) or (array.dtype.names and not array.dtype.hasobject)


def _views(group: "Any") -> "Any":
    """Each as a view into a piece of memory that all of them have; none where that would be too much, or other versions cannot read it."""
    arrays = [array for _, _, array in group]
    if len(group) < 2 or not all(map(_is_of_bytes, arrays)):
        return
    start, end = min(start for start, _, _ in group), max(end for _, end, _ in group)
    owner = _owner(arrays[0])
    if end - start > 2 * sum(one.nbytes for one in arrays) + _SPARE_BYTES:
        return
    if not (owner.flags.c_contiguous or owner.flags.f_contiguous):
        return
    memory = (owner if owner.flags.c_contiguous else owner.T).reshape(-1).view(sys.modules["numpy"].uint8)
    first = owner.__array_interface__["data"][0]
    piece = memory[start - first : end - first]
    for array in arrays:
        offset = array.__array_interface__["data"][0] - start
        how = (array.dtype if array.dtype.names else array.dtype.str, array.shape, array.strides, array.flags.writeable)
        yield array, (libraries.view, (piece, offset) + how)
