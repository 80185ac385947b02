"""The job's process: loads the call, makes it, writes what became of it.

Started as ``python <runtime>/__main__.py <job folder> <task>`` in the task's working folder. Its exit status is 0 if the function
returned and 1 if it raised; the job script records that, and whatever else may end the process. A task of a map has one
word more before its number, that says which of the map's calls are its own (see :mod:`clustrix_remote.several`).
"""

import os
import resource
import sys
import time

from clustrix_remote import outcome
from clustrix_remote.callfile import read_call
from clustrix_remote.layout import OUTCOME, STARTED, JobFolder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

    from clustrix_remote.outcome import Buffer
    from clustrix_remote.program import Program

    #: Kind, payload parts, header entries.
    Ended = Tuple[str, List[Buffer], Dict[str, Any]]

#: Tells processes that multiprocessing starts afresh which call to load (see :mod:`clustrix_remote.spawned`).
SPAWNED_FROM = "CLUSTRIX_SPAWNED_FROM"


def main(arguments: "List[str]") -> int:
    """Run one task; gives the exit status."""
    began = time.time()
    os.umask(0o077)
    folder, task = JobFolder(os.path.abspath(arguments[0])), int(arguments[-1])
    # Where file functions, here and in what the function starts, learn which folder relative paths mean.
    os.environ["CLUSTRIX_JOB_FOLDER"] = folder.path
    flush_each_line()
    if len(arguments) > 2:
        from clustrix_remote import several

        return several.run(folder, several.calls_of(arguments[1], task), task, began, several.workers_of(arguments[1]))
    announce_start(folder, task, began)
    header, pickled, buffers = read_call(folder.calls, task)
    os.environ[SPAWNED_FROM] = "{}:{}".format(folder.path, task)
    packed, status = make(Call(folder, header, pickled, buffers), header, began)
    write_outcome(folder, task, packed)
    return status


def make(one: "Call", header: "Dict[str, Any]", began: float, **more: "Any") -> "Tuple[List[Buffer], int]":
    """``(parts of the outcome file, exit status)`` of a call."""
    kind, parts, details = one.run()
    flush()
    details.update(kind=kind, python=list(sys.version_info[:3]), pid=os.getpid(), node=node(), started=began, **more)
    details.update(ended=time.time(), usage=usage(began))
    return outcome.pack_outcome(details, parts, bytes.fromhex(header["signing_key"])), 0 if kind == "returned" else 1


def write_outcome(folder: JobFolder, task: int, packed: "List[Buffer]") -> None:
    """Write what became of a task, and tell it."""
    outcome.write_beside_and_rename(folder.outcome(task), packed)
    announce(folder.announcement(task, OUTCOME))


class Call:
    """One call from its file to its outcome."""

    def __init__(
        self, folder: JobFolder, header: "Dict[str, Any]", pickled: "Optional[bytearray]", buffers: "List[bytearray]"
    ) -> None:
        self._folder, self._header = folder, header
        self._pickled = pickled
        self._buffers = buffers
        self.program: "Optional[Program]" = None

    def run(self) -> "Ended":
        """``(kind, payload parts, header entries)`` of the outcome."""
        # Everything that can be raised here is the user's, SystemExit and KeyboardInterrupt too, and goes home as it is.
        try:
            function, args, kwargs = self.load()
        except BaseException as error:
            return self._failed("raised" if self.program else "broken", error, "while the call was loaded")
        states = self._header.get("random")
        if not states:
            return self._made(function, args, kwargs)
        from clustrix_remote import random_streams

        random_streams.begin(states)
        kind, parts, details = self._made(function, args, kwargs)
        return kind, parts, dict(details, random=random_streams.after(states))

    def _made(self, function: "Callable[..., Any]", args: "Tuple[Any, ...]", kwargs: "Dict[str, Any]") -> "Ended":
        process = os.getpid()
        try:
            value = _finished(function(*args, **kwargs))
        except BaseException as error:
            if os.getpid() != process:
                raise  # a fork of the function's own ends here: that is not how the call ends
            return self._failed("raised", error, "")
        if os.getpid() != process:
            raise SystemExit(0)
        return self._returned(value)

    def load(self) -> "Tuple[Callable[..., Any], Tuple[Any, ...], Dict[str, Any]]":
        """``(function, args, kwargs)``."""
        from clustrix_remote import modules, package, rebuild, values

        self.program = package.open_program(self._folder, self._header)
        rebuild.use(self.program)
        sys.argv[:] = _words(self._header["words"])
        modules.import_for_effect(self._header["for_effect"])
        function, args, kwargs = values.load_call(self._pickled, self._buffers)[:3]
        self.program.finish()
        # The pickle may be large, and the function may want the memory.
        self._pickled, self._buffers = None, []
        return function, args, kwargs

    def _returned(self, value: "Any") -> "Ended":
        from clustrix_remote import values

        same = self._header["python"] == list(sys.version_info[:2]) and values.are_loaded(self._header["libraries"])
        try:
            pickled, buffers = values.dump_result(value, self.program, same)
        except Exception as error:  # a user's __reduce__ may raise anything
            from clustrix_remote import faults

            fault = faults.find_fault(value, "result", lambda part: values.dump_result(part, self.program, same))
            return "unpicklable", [], {"error": _describe(error), "fault": [fault.path, fault.kind, fault.error]}
        parts = [pickled] + buffers  # type: List[Buffer]
        return "returned", parts, {"buffers": [buffer.nbytes for buffer in buffers]}

    def _failed(self, kind: str, error: BaseException, when: str) -> "Ended":
        from clustrix_remote import raised

        payload = raised.dump_exception(error, self.program)
        details = _describe(error)
        details["when"] = when
        return kind, [payload], {"error": details, "buffers": []}


def load(folder: JobFolder, task: int) -> None:
    """Make a task's program, without calling the function."""
    header, pickled, buffers = read_call(folder.calls, task)
    Call(folder, header, pickled, buffers).load()


def _words(given: "List[Any]") -> "List[str]":
    """What the program was started with: modules may read it when they are imported."""
    if all(type(word) is str for word in given):
        return given
    from clustrix_remote import moved

    return [word if type(word) is str else moved.text(*word) for word in given]


def _finished(value: "Any") -> "Any":
    """The value of a coroutine, run to its end; anything else as it is."""
    if type(value).__name__ != "coroutine":
        return value
    import asyncio

    if hasattr(asyncio, "run"):
        return asyncio.run(value)
    return asyncio.get_event_loop().run_until_complete(value)


def _describe(error: BaseException) -> "Dict[str, Any]":
    from clustrix_remote import raised

    return raised.describe(error)


def announce_start(folder: JobFolder, task: int, began: float, **more: "Any") -> None:
    """Tell that a task has been started, where and when."""
    text = outcome.json_of(dict(more, node=node(), pid=os.getpid(), time=began))
    outcome.write_beside_and_rename(folder.started(task), [text.encode("utf-8")], durable=False)
    announce(folder.announcement(task, STARTED))


def announce(path: str) -> None:
    """Put a name into the spool."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def node() -> str:
    """This machine's name."""
    return os.uname().nodename


def usage(began: float) -> "Dict[str, Any]":
    """What this process has used since it was started, at ``began``."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Kilobytes on Linux, bytes on macOS (getrusage(2) of both).
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return {
        "max_rss_bytes": max(own.ru_maxrss, children.ru_maxrss) * unit,
        "cpu_seconds": round(cpu, 3),
        "elapsed_seconds": round(time.time() - began, 3),
    }


def flush_each_line() -> None:
    """Let prints reach the log, and so the caller, line by line; any text can be printed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
        else:
            import io

            fresh = io.TextIOWrapper(stream.buffer, encoding="utf-8", errors="backslashreplace", line_buffering=True)
            setattr(sys, name, fresh)


def flush() -> None:
    """Let out what was printed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue  # closed by the function, or an object of its own that need not know how: then there is nothing to flush
