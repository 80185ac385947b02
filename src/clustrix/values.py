"""Results on their way home: from an outcome file's bytes to the value, or to the exception to raise.

The other end is :mod:`clustrix_remote.values`. Things that the client sent come back as the very objects that they were.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clustrix.code_names import with_cell_names
from clustrix.errors import ResultError
from clustrix_remote import not_numbers, portable
from clustrix_remote.outcome import OutcomeError, unpack_outcome


@dataclass(frozen=True)
class Returned:
    """The function gave a value. ``header`` is the outcome's (see :mod:`clustrix_remote.outcome`)."""

    value: Any
    header: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Raised:
    """The function raised, or its value cannot be brought home: ``exception`` is to be raised here."""

    exception: BaseException
    header: dict[str, Any] = field(repr=False)

    @property
    def when(self) -> str:
        """What was done when it was raised, ``"while the call was loaded"``; nothing where the function itself has raised it."""
        return str(self.header.get("error", {}).get("when", ""))


class RemoteTraceback(Exception):
    """The cause of an exception that was raised in a job: its traceback there, as text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return "\n" + self.text.rstrip()


def read_outcome(
    data: bytes | bytearray, signing_key: bytes, home: Sequence[Any] = (), name: str = ""
) -> Returned | Raised:
    """What became of a task. ``home`` are the client's objects by number, ``name`` the function's.

    Nothing is unpickled before the signature was checked. Raises ResultError for a file that is cut off or not this job's.
    """
    try:
        header, payload = unpack_outcome(data, signing_key)
    except (OutcomeError, ValueError) as error:
        raise ResultError(f"the outcome of {name or 'the function'}() cannot be used: {error}") from error
    if header["kind"] == "unpicklable":
        return Raised(_unpicklable(header, name), header)
    try:
        value = _load(payload, header.get("buffers", []), home)
    except Exception as error:  # a user's __setstate__ may raise anything, and any import may fail
        return Raised(_unreadable(header, name, error), header)
    if header["kind"] == "returned":
        return Returned(value, header)
    return Raised(_with_remote_traceback(value, header), header)


def _load(payload: memoryview, buffer_lengths: list[int], home: Sequence[Any]) -> Any:
    end = len(payload) - sum(buffer_lengths)
    buffers, position = [], end
    for length in buffer_lengths:
        # Copied into memory of its own, so that an array that is rebuilt on it is writable.
        buffers.append(bytearray(payload[position : position + length]))
        position += length
    return _ResultUnpickler(io.BytesIO(payload[:end]), home, buffers).load()


class _ResultUnpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, home: Sequence[Any], buffers: list[bytearray]) -> None:
        super().__init__(stream, buffers=buffers)
        self._home = home

    def find_class(self, module: str, name: str) -> Any:
        if module == "clustrix_remote.values" and name == "at_home":
            return self._at_home
        if module == "clustrix_remote.made" and hasattr(self._home, name):
            return getattr(self._home, name)
        return portable.find_class(super().find_class, module, name)

    def persistent_load(self, reference: Any) -> Any:
        if len(reference) == 1:
            return reference[0].decode("utf-8", "surrogatepass")  # a path that is another one there
        if len(reference) == 2:
            return not_numbers.nan(reference[0])
        # How Python 3.6 and 3.7, which lack reducer_override, name the client's objects.
        return self._at_home(*reference)

    def _at_home(self, token: int, module: str, qualname: str) -> Any:
        if 0 <= token < len(self._home):
            return self._home[token]
        found: Any = sys.modules.get(module) or __import__(module, fromlist=["_"])
        for part in qualname.split("."):
            found = getattr(found, part)
        return found


def _with_remote_traceback(error: BaseException, header: dict[str, Any]) -> BaseException:
    """The exception, its innermost cause or context the traceback from there."""
    last, seen = error, {id(error)}
    while (before := _before(last)) is not None and id(before) not in seen:
        last = before
        seen.add(id(last))
    if _before(last) is None:
        suppressed = last.__suppress_context__
        portable.assign(last, "__cause__", _traceback(header["error"]))
        # A cause is told anyway; setting it sets this.
        portable.assign(last, "__suppress_context__", suppressed)
    return error


def _before(error: BaseException) -> BaseException | None:
    """What a traceback would tell before this exception."""
    if error.__cause__ is not None:
        return error.__cause__
    return None if error.__suppress_context__ else error.__context__


def _unpicklable(header: dict[str, Any], name: str) -> ResultError:
    path, kind, said = header["fault"]
    hint = (
        "return list(..) of it, or plain data"
        if kind in ("generator", "async_generator")
        else "return plain data made from it"
    )
    error = ResultError(
        f"{name or 'the function'}() ran, but its result cannot be pickled: {path}: {kind} ({said})",
        hint=hint,
    )
    error.__cause__ = _traceback(header["error"])
    return error


def _traceback(told: dict[str, Any]) -> RemoteTraceback:
    return RemoteTraceback(with_cell_names(told["traceback"]))


def _unreadable(header: dict[str, Any], name: str, error: Exception) -> ResultError:
    """The value or exception is of a class that is not here, or of a version that this one cannot read."""
    told = header.get("error")
    if told:
        what = f"{name or 'the function'}() raised {told['type']}: {told['message']}"
    else:
        what = f"the result of {name or 'the function'}() cannot be read here: {type(error).__name__}: {error}"
    made = ResultError(what, where="Python " + ".".join(map(str, header.get("python", ()))))
    made.__cause__ = _traceback(told) if told else error
    return made
