"""Structures nested more deeply than the C stack allows: pickled by the pickler in Python, in a thread with a stack of its own."""

import copyreg
import pickle
import sys
import threading
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Tried in this order: a machine may limit the address space.
_STACK_BYTES = (1024 * 1024 * 1024, 256 * 1024 * 1024, 64 * 1024 * 1024)
_RECURSION_LIMIT = 10**7
#: How deep objects may hold each other whose own classes say how they are pickled: a ``__reduce__`` that makes another such object has no end.
_OWN_REDUCTIONS = 20000


_Pickler: "Any" = pickle._Pickler


class DeepPickler(_Pickler):  # type: ignore[misc]
    """A pickler that recurses in Python only, and that knows ``reducer_override`` in every Python."""

    _depth = 0

    def save(self, value: "Any", save_persistent_id: "Any" = True) -> "Any":
        """Pickle one object; called by itself for its parts."""
        kind = type(value)
        if id(value) in self.memo or (kind in self.dispatch and kind is not types.FunctionType and kind is not type):
            return super(DeepPickler, self).save(value, save_persistent_id)
        reduced = self.reducer_override(value)
        if reduced is NotImplemented:
            if isinstance(value, type):
                # Knows that type(None) has no name.
                return super(DeepPickler, self).save_type(value)
            if isinstance(value, types.FunctionType):
                return super(DeepPickler, self).save_global(value)
            reducer = getattr(self, "dispatch_table", copyreg.dispatch_table).get(kind)
            reduced = reducer(value) if reducer is not None else value.__reduce_ex__(self.proto)
        if isinstance(reduced, str):
            return self.save_global(value, reduced)
        if all(getattr(kind, way) is getattr(object, way) for way in ("__reduce__", "__reduce_ex__")):
            return self._save_reduced(value, reduced)
        self._depth += 1
        if self._depth > _OWN_REDUCTIONS:
            raise pickle.PicklingError(
                "{}.__reduce__() gives such an object again, without end".format(kind.__qualname__)
            )
        self._save_reduced(value, reduced)
        self._depth -= 1
        return None

    def _save_reduced(self, value: "Any", reduced: "Any") -> None:
        function, arguments, state, items, pairs, setter = (tuple(reduced) + (None,) * 4)[:6]
        # Plain arguments: a call with a starred one goes through C, and so through the C stack.
        self.save_reduce(function, arguments, None if setter is not None else state, items, pairs, obj=value)
        if setter is not None:
            # As pickle itself does it since 3.8.
            self.save(setter)
            self.save(value)
            self.save(state)
            self.write(pickle.TUPLE2 + pickle.REDUCE + pickle.POP)

    def reducer_override(self, value: "Any") -> "Any":
        """How ``value`` is pickled; NotImplemented for pickle's own way."""
        return NotImplemented


def call_deep(function: "Any", *args: "Any") -> "Any":
    """``function(*args)``, with as much recursion as the memory allows."""
    outcome: "list" = []

    def call() -> None:
        try:
            outcome.append((function(*args), None))
        except BaseException as error:  # raised again in the thread that asked
            outcome.append((None, error))

    limit = sys.getrecursionlimit()
    before = threading.stack_size()
    sys.setrecursionlimit(_RECURSION_LIMIT)
    try:
        _start(call).join()
    finally:
        threading.stack_size(before)
        sys.setrecursionlimit(limit)
    value, error = outcome[0]
    if error is not None:
        raise error
    return value


def _start(call: "Any") -> "Any":
    for size in _STACK_BYTES:
        try:
            threading.stack_size(size)
            thread = threading.Thread(target=call)
            thread.start()
        except (RuntimeError, ValueError, MemoryError):
            continue
        return thread
    raise RecursionError("no thread with a stack large enough can be started")
