"""The news of one job: what its folder holds that the client was not told yet, and how it is told."""

import os
import time

from clustrix_remote import jobfolders, layout, processes, records, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from typing import Any, Callable, Dict, Iterable, List, Optional, Set, Tuple  # noqa: F401  # some in comments only

    from clustrix_remote.layout import JobFolder
    from clustrix_remote.processes import Detached  # noqa: F401

#: The records of tasks that make several calls are looked at by turns: so often each, so many of them in a second.
RECORDS_PAUSE_SECONDS = 0.05
RECORDS_LOOKS_A_SECOND = 100
#: An outcome that was announced and cannot be read after this time is not coming.
UNREADABLE_SECONDS = 30.0
#: Outcomes up to this size travel inside their event.
MAX_EVENT_OUTCOME_BYTES = wire.CHUNK_BYTES
#: So many calls are told in one event.
MAX_EVENT_CALLS = 1000
#: How much of the end of its log comes with the exit of a task that left no outcome.
LOG_TAIL_BYTES = 4096

_TOO_LARGE = 2**53
_ORDER = {layout.STARTED: 0, layout.OUTCOME: 1, layout.EXIT: 2}


def in_order(announced: "Iterable[Tuple[int, str]]") -> "List[Tuple[int, str]]":
    """``(task, what)`` pairs that were announced, in the order to tell them."""
    return sorted(announced, key=lambda pair: (pair[0], _ORDER[pair[1]]))


class JobNews:
    """What is known of one job. ``send(header, body)`` is called with every event; ``lock`` guards what is followed."""

    def __init__(
        self, folder: "JobFolder", tasks: int, send: "Callable[..., None]", lock: "threading.Condition"
    ) -> None:
        self.folder = folder
        self.tasks = tasks
        self._send = send
        self._lock = lock
        self.told = set()  # type: Set[Tuple[int, str]]
        self._untold = set()  # type: Set[Tuple[int, str]]
        self._exits = 0
        self.follows = {}  # type: Dict[int, int]  # task -> offset into its log
        self.process = None  # type: Optional[Detached]
        self.process_died = False
        self.unreadable_since = {}  # type: Dict[int, float]
        self.records = {}  # type: Dict[int, int]  # task of several calls -> offset into its records
        self.records_seen = 0.0
        self._recorded = {}  # type: Dict[int, Set[int]]  # task of several calls -> those whose records were told

    @property
    def is_over(self) -> bool:
        return self._exits >= self.tasks

    def announce(self, happened: "Iterable[Tuple[int, str]]") -> None:
        """These ``(task, what)`` have happened; what was told is not told again."""
        self._untold.update(pair for pair in happened if pair not in self.told)

    def tell(self) -> bool:
        """Tell all that is new; whether there was anything."""
        happened = self._tell_announced()
        happened = self._tell_logs() or happened
        return self._look_at_records() or happened

    def tell_gone(self) -> None:
        """Tell that its processes are gone, without a last word."""
        status = self.process.status if self.process else None
        event = {"event": "gone", "key": self.folder.key, "status": status}
        submitted = jobfolders.read_json(jobfolders.submitted_path(self.folder)) or {}
        if processes.was_started_since(submitted.get("time")):
            event["restarted"] = True
        self._send(event, _tail(self.folder.log(0)))

    # ------------------------------------------------------------------------------------------------ outcomes

    def _tell_announced(self) -> bool:
        happened = False
        for task, what in in_order(self._untold):
            tell = {
                layout.STARTED: self._tell_started,
                layout.OUTCOME: self._tell_outcome,
                layout.EXIT: self._tell_exit,
            }
            # An outcome may have been told before its exit, with which it was found.
            if (task, what) in self.told or tell[what](task):
                self._note_told(task, what)
                happened = True
        return happened

    def _note_told(self, task: int, what: str) -> None:
        self._untold.discard((task, what))
        if (task, what) not in self.told:
            self.told.add((task, what))
            self._exits += what == layout.EXIT

    def _tell_started(self, task: int) -> bool:
        told = jobfolders.read_json(self.folder.started(task)) or {}
        event = _plain(told)
        event.update(event="started", key=self.folder.key, task=task)
        if "calls" in told:  # of several its records tell
            self.records.setdefault(task, 0)
        self._send(event)
        return True

    def _tell_outcome(self, task: int) -> bool:
        """Send the outcome, with all that was printed before it; False if it cannot be read yet."""
        try:
            with jobfolders.open_own(self.folder.outcome(task)) as stream:
                size = os.fstat(stream.fileno()).st_size
                body = stream.read() if size <= MAX_EVENT_OUTCOME_BYTES else b""
        except PermissionError:
            size, body = jobfolders.size_of(self.folder.outcome(task)) or 1, b""  # whoever asks for it is told why
        except OSError:
            return False
        self._drain_log(task)
        printed = jobfolders.size_of(self.folder.log(task)) or 0
        self._send({"event": "outcome", "key": self.folder.key, "task": task, "size": size, "log_bytes": printed}, body)
        return True

    def _tell_exit(self, task: int) -> bool:
        """Send the exit, after the outcome if there is one; False if the outcome cannot be read yet."""
        if self._has_untold_outcome(task):
            if self._tell_outcome(task):
                self._note_told(task, layout.OUTCOME)
            elif time.monotonic() - self.unreadable_since.setdefault(task, time.monotonic()) < UNREADABLE_SECONDS:
                return False
        if task in self.records:
            self._tell_records(task)
            del self.records[task]
        self._drain_log(task)
        with_outcome = (task, layout.OUTCOME) in self.told
        event = {"event": "exit", "key": self.folder.key, "task": task, "outcome": with_outcome}
        event["status"], event["details"] = jobfolders.read_exit(self.folder, task)
        if task in self._recorded:
            # Who has heard of fewer came while the job was watched for somebody else, and is told all of it anew.
            event["recorded"] = len(self._recorded.pop(task))
        self._send(event, b"" if with_outcome else _tail(self.folder.log(task)))
        return True

    def _has_untold_outcome(self, task: int) -> bool:
        if task in self.records or (task, layout.OUTCOME) in self.told:
            return False  # of several calls the records tell
        return (task, layout.OUTCOME) in jobfolders.outcome_files(self.folder)

    def _look_at_records(self) -> bool:
        """Tell what tasks of several calls have added to their records; whether there was anything."""
        now = time.monotonic()
        pause = max(RECORDS_PAUSE_SECONDS, len(self.records) / RECORDS_LOOKS_A_SECOND)
        if not self.records or 0 <= now - self.records_seen < pause:
            return False
        self.records_seen = now
        told = [self._tell_records(task) for task in list(self.records)]
        return any(told)

    def _tell_records(self, task: int) -> bool:
        """Tell the outcomes of a task's calls, as many as fit together, the large ones only by where they are."""
        before = self.records[task]
        calls, body, size = [], [], 0  # type: List[Tuple[int, int, int, bool]], List[bytes], int
        try:
            with open(self.folder.records(task), "rb") as stream:
                for record in records.whole_records(stream, before):
                    self.records[task] = record.end
                    if record.length is None:
                        continue
                    comes_along = record.length <= MAX_EVENT_OUTCOME_BYTES
                    if comes_along:
                        stream.seek(record.start)
                        body.append(stream.read(record.length))
                        size += record.length
                    calls.append((record.call, record.start, record.length, comes_along))
                    if size > MAX_EVENT_OUTCOME_BYTES or len(calls) >= MAX_EVENT_CALLS:
                        self._send_records(task, calls, body)
                        calls, body, size = [], [], 0
        except OSError:
            pass  # not there yet
        if calls:
            self._send_records(task, calls, body)
        return self.records[task] != before

    def _send_records(self, task: int, calls: "List[Tuple[int, int, int, bool]]", body: "List[bytes]") -> None:
        printed = jobfolders.size_of(self.folder.log(task)) or 0
        self._recorded.setdefault(task, set()).update(call for call, _, _, _ in calls)
        event = {"event": "outcomes", "key": self.folder.key, "task": task, "calls": calls, "log_bytes": printed}
        self._send(event, b"".join(body))

    # ---------------------------------------------------------------------------------------------------- logs

    def _tell_logs(self) -> bool:
        told = False
        for task in list(self.follows):
            told = self._tell_log(task) or told
        return told

    def _drain_log(self, task: int) -> None:
        while self._tell_log(task):
            pass

    def _tell_log(self, task: int) -> bool:
        """Send the next piece of a followed log; whether there was one."""
        offset = self.follows.get(task)
        if offset is None:
            return False
        piece = _read(self.folder.log(task), offset)
        if not piece:
            return False
        self._send({"event": "log", "key": self.folder.key, "task": task, "offset": offset}, piece)
        with self._lock:
            if self.follows.get(task) == offset:
                self.follows[task] = offset + len(piece)
        return True


def _read(path: str, offset: int) -> bytes:
    try:
        with open(path, "rb") as stream:
            stream.seek(offset)
            return stream.read(wire.CHUNK_BYTES)
    except OSError:
        return b""


def _tail(path: str) -> bytes:
    size = jobfolders.size_of(path) or 0
    return _read(path, max(0, size - LOG_TAIL_BYTES))[:LOG_TAIL_BYTES]


def _plain(told: "Dict[str, Any]") -> "Dict[str, Any]":
    """What can be told on: texts, and numbers that every JSON knows."""
    return {
        name: value
        for name, value in told.items()
        if isinstance(value, str) or (isinstance(value, (int, float)) and abs(value) < _TOO_LARGE)
    }
