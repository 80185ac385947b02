"""Where files are: a place takes requests about them (see file_requests.py) and answers.

``Here`` is this machine. The client adds one that is reached through an agent; in a job there is only ``Here``.
"""

import errno
import os

from clustrix_remote import file_requests
from clustrix_remote.files import Files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, TypeVar, Union

    T = TypeVar("T")
    Buffer = Union[bytes, bytearray, memoryview]


class Answer:
    """What came back: ``ok``, and the ``body`` in the pieces in which it came."""

    __slots__ = ("body", "ok")

    def __init__(self, ok: "Dict[str, Any]", body: "List[Buffer]") -> None:
        self.ok = ok
        self.body = body

    def texts(self) -> "List[str]":
        """The texts in the body."""
        whole = b"".join(self.body).decode("utf-8", "surrogateescape")
        return whole.split("\0")[:-1] if whole else []

    def records(self, parse: "Callable[[str, str, str, str, str, str], T]") -> "List[T]":
        """The texts, six at a time, each six made into one thing; OSError for what cannot be read."""
        texts = iter(self.texts())
        try:
            return [parse(*six) for six in zip(*[texts] * 6)]
        except ValueError as error:
            raise unreadable(error, self.ok.get("path")) from None


def unreadable(error: ValueError, path: "Optional[str]") -> OSError:
    """The error for an answer that says what cannot be."""
    return OSError(errno.EIO, "the answer cannot be read: {}".format(error), path)


class Place:
    """Takes requests; ``where`` names the machine in messages, and is empty for this one."""

    where = ""
    #: Whether requests wait on their way, so that the next ones are worth making before the first is answered.
    is_far = True

    def start(self, function: str, given: "Dict[str, Any]", body: "Sequence[Buffer]" = ()) -> "Callable[[], Answer]":
        """Send a request; what is returned waits for the answer, or raises what came instead."""
        raise NotImplementedError

    def ask(self, function: str, given: "Dict[str, Any]", body: "Sequence[Buffer]" = (), again: bool = True) -> Answer:
        """Send a request and wait. ``again``: it may be asked twice, should the first answer be lost."""
        return self.start(function, given, body)()

    def may_try_again(self, error: Exception, failures: int) -> bool:
        """Whether a transfer that was cut by ``error`` may go on now."""
        return False


class Here(Place):
    """The files of this machine, beneath ``folder()``: the folder that relative paths mean now."""

    is_far = False

    def __init__(self, folder: "Callable[[], str]" = os.getcwd, umask: "Optional[int]" = None) -> None:
        self._folder = folder
        self._process_umask = _current_umask()
        self._umask = self._process_umask if umask is None else umask

    def start(self, function: str, given: "Dict[str, Any]", body: "Sequence[Buffer]" = ()) -> "Callable[[], Answer]":
        try:
            files = Files(self._folder(), self._umask, self._process_umask)
            ok, chunks = file_requests.answer(files, dict(given, function=function), body)
            found = Answer(ok, list(chunks))
        except (OSError, ValueError) as error:
            return _Raises(error)
        return lambda: found


class _Raises:
    """Raises when it is called: an error belongs to the answer, as from afar."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self) -> "NoReturn":
        raise self._error


def _current_umask() -> int:
    # There is no way to look at it but to set it.
    umask = os.umask(0o077)
    os.umask(umask)
    return umask
