"""The watcher: one thread that lists the spool folder and tells the client what it has not told yet.

Only listings are trusted, never a look at one name: NFS remembers that a file was not there. The announcement of an
outcome may be seen before the outcome itself; then it is tried again on the next round, and the job's "exit" waits
behind it.
"""

import itertools
import os
import threading
import time
import traceback

from clustrix_remote import jobfolders, layout, records, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, List, Optional, Set, Tuple

    from clustrix_remote.layout import JobFolder, Layout
    from clustrix_remote.processes import Detached

#: Pause between two listings: a twentieth of the time since something last happened, within these limits.
SHORTEST_PAUSE_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 0.05
#: NFS shows an old listing for up to a minute, unless we change the folder ourselves: then it asks the server.
ROUNDS_BETWEEN_TOUCHES = 10
#: How often detached processes are looked at.
PROCESS_PAUSE_SECONDS = 0.05
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

_ORDER = {layout.STARTED: 0, layout.OUTCOME: 1, layout.EXIT: 2}


def pause_seconds(idle_seconds: float) -> float:
    """How long to wait before the next listing.

    >>> pause_seconds(0), pause_seconds(0.5), pause_seconds(60)
    (0.005, 0.025, 0.05)
    """
    return min(max(idle_seconds / 20, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)


def untold(announced: "Set[Tuple[int, str]]", told: "Set[Tuple[int, str]]") -> "List[Tuple[int, str]]":
    """``(task, what)`` pairs that were announced and not told yet, in the order to tell them."""
    return sorted(announced - told, key=lambda pair: (pair[0], _ORDER[pair[1]]))


def file_system_of(path: str, mounts: str) -> str:
    """The type of the file system that ``path`` is on, by the text of /proc/mounts; empty if that does not tell.

    >>> file_system_of("/home/ann/x", "disk / ext4 rw 0 0" + chr(10) + "srv:/home /home nfs4 rw 0 0")
    'nfs4'
    """
    fields = [line.split() for line in mounts.splitlines()]
    found = [
        (len(each[1]), each[2])
        for each in fields
        if len(each) > 2 and (path + "/").startswith(each[1].rstrip("/") + "/")
    ]
    return max(found)[1] if found else ""


class _Job:
    """What the watcher knows of one job."""

    def __init__(self, folder: "JobFolder", tasks: int) -> None:
        self.folder = folder
        self.tasks = tasks
        self.announced = set()  # type: Set[Tuple[int, str]]
        self.told = set()  # type: Set[Tuple[int, str]]
        self.follows = {}  # type: Dict[int, int]  # task -> offset into its log
        self.process = None  # type: Optional[Detached]
        self.process_died = False
        self.unreadable_since = {}  # type: Dict[int, float]
        self.records = {}  # type: Dict[int, int]  # task of several calls -> offset into its records
        self.records_seen = 0.0

    @property
    def is_over(self) -> bool:
        return sum(1 for _task, what in self.told if what == layout.EXIT) >= self.tasks


class Watcher:
    """Watches jobs of one :class:`layout.Layout`; ``send(header, body)`` is called with every event.

    ``end(status)`` is called if it can watch no longer: an agent that tells nothing would be worse than none.
    """

    def __init__(self, where: "Layout", send: "Callable[..., None]", end: "Callable[[int], None]") -> None:
        self._where = where
        self._send = send
        self._end = end
        self._jobs = {}  # type: Dict[str, _Job]
        self._seen = set()  # type: Set[str]
        self._lock = threading.Condition()
        self._thread = None  # type: Optional[threading.Thread]
        self._active = 0.0
        self._processes_seen = 0.0

    def watch(self, key: str, tasks: int, follows: "Optional[Dict[int, int]]" = None) -> None:
        """Watch a job; all that has happened is told (again). ``follows``: {task: offset} of logs to tell, too."""
        with self._lock:
            job = _Job(self._where.job(key), tasks)
            old = self._jobs.get(key)
            if old is not None:
                job.process, job.follows = old.process, old.follows
            if follows is not None:
                job.follows = dict(follows)
            self._jobs[key] = job
            self._seen = set()
        # Also by its own files: announcements may have been cleaned away. After it was entered, so that nothing falls
        # between.
        happened = set(jobfolders.outcome_files(job.folder))
        with self._lock:
            job.announced |= happened
            self._wake()

    def unwatch(self, key: str) -> None:
        with self._lock:
            self._jobs.pop(key, None)

    def follow(self, key: str, task: int, offset: int) -> None:
        """Tell what is added to a task's log from ``offset`` on."""
        with self._lock:
            self._jobs[key].follows[task] = offset
            self._wake()

    def unfollow(self, key: str, task: int) -> None:
        with self._lock:
            if key in self._jobs:
                self._jobs[key].follows.pop(task, None)

    def attend(self, key: str, process: "Detached") -> None:
        """Tell when this :class:`~clustrix_remote.processes.Detached` of a watched job dies without a last word."""
        with self._lock:
            if key in self._jobs:
                self._jobs[key].process = process
                self._wake()

    def _wake(self) -> None:
        self._active = time.monotonic()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run_or_end, name="watcher", daemon=True)
            self._thread.start()
        self._lock.notify_all()

    def _run_or_end(self) -> None:
        try:
            self._run()
        except BaseException:
            traceback.print_exc()
            self._end(70)

    def _run(self) -> None:
        is_on_nfs = file_system_of(self._where.root, _read_mounts()).startswith("nfs")
        for number in itertools.count():
            with self._lock:
                while not self._jobs:
                    self._lock.wait()
                self._lock.wait(pause_seconds(time.monotonic() - self._active))
            if is_on_nfs and number % ROUNDS_BETWEEN_TOUCHES == 0:
                _touch(self._where.spool)
            names = set(_names(self._where.spool))
            with self._lock:
                jobs = dict(self._jobs)
                seen, self._seen = self._seen, names
                self._note(names - seen, jobs)
            self._round(jobs)

    def _note(self, names: "Set[str]", jobs: "Dict[str, _Job]") -> None:
        for name in names:
            parsed = layout.parse_spool_name(name)
            if parsed is not None and parsed[0] in jobs:
                jobs[parsed[0]].announced.add(parsed[1:])

    def _round(self, jobs: "Dict[str, _Job]") -> None:
        for key, job in jobs.items():
            happened = self._tell(job)
            happened = self._tell_logs(job) or happened
            happened = self._look_at_records(job) or happened
            if happened:
                self._active = time.monotonic()
            if job.is_over:
                self._forget(key, job)
        self._look_at_processes(jobs)

    def _forget(self, key: str, job: "_Job") -> None:
        with self._lock:
            if self._jobs.get(key) is job:
                del self._jobs[key]

    # ------------------------------------------------------------------------------------------------ outcomes

    def _tell(self, job: "_Job") -> bool:
        """Tell what is new of one job; whether there was anything."""
        happened = False
        for task, what in untold(job.announced, job.told):
            tell = {
                layout.STARTED: self._tell_started,
                layout.OUTCOME: self._tell_outcome,
                layout.EXIT: self._tell_exit,
            }
            if tell[what](job, task):
                job.told.add((task, what))
                happened = True
        return happened

    def _tell_started(self, job: "_Job", task: int) -> bool:
        event = jobfolders.read_json(job.folder.started(task)) or {}
        event.update(event="started", key=job.folder.key, task=task)
        if "calls" in event:
            job.records.setdefault(task, 0)
        self._send(event)
        return True

    def _tell_outcome(self, job: "_Job", task: int) -> bool:
        """Send the outcome, with all that was printed before it; False if it cannot be read yet."""
        try:
            with open(job.folder.outcome(task), "rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                body = stream.read() if size <= MAX_EVENT_OUTCOME_BYTES else b""
        except OSError:
            return False
        self._drain_log(job, task)
        printed = jobfolders.size_of(job.folder.log(task)) or 0
        self._send({"event": "outcome", "key": job.folder.key, "task": task, "size": size, "log_bytes": printed}, body)
        return True

    def _tell_exit(self, job: "_Job", task: int) -> bool:
        """Send the exit, after the outcome if there is one; False if the outcome cannot be read yet."""
        if (task, layout.OUTCOME) not in job.told and (task, layout.OUTCOME) in jobfolders.outcome_files(job.folder):
            if self._tell_outcome(job, task):
                job.told.add((task, layout.OUTCOME))
            elif time.monotonic() - job.unreadable_since.setdefault(task, time.monotonic()) < UNREADABLE_SECONDS:
                return False
        if task in job.records:
            self._tell_records(job, task)
            del job.records[task]
        self._drain_log(job, task)
        with_outcome = (task, layout.OUTCOME) in job.told
        event = {"event": "exit", "key": job.folder.key, "task": task, "outcome": with_outcome}
        event["status"], event["details"] = jobfolders.read_exit(job.folder, task)
        self._send(event, b"" if with_outcome else _tail(job.folder.log(task)))
        return True

    def _look_at_records(self, job: "_Job") -> bool:
        """Tell what tasks of several calls have added to their records; whether there was anything."""
        now = time.monotonic()
        pause = max(RECORDS_PAUSE_SECONDS, len(job.records) / RECORDS_LOOKS_A_SECOND)
        if not job.records or 0 <= now - job.records_seen < pause:
            return False
        job.records_seen = now
        told = [self._tell_records(job, task) for task in list(job.records)]
        return any(told)

    def _tell_records(self, job: "_Job", task: int) -> bool:
        """Tell the outcomes of a task's calls, as many as fit together, the large ones only by where they are."""
        before = job.records[task]
        calls, body, size = [], [], 0  # type: List[Tuple[int, int, int, bool]], List[bytes], int
        try:
            with open(job.folder.records(task), "rb") as stream:
                for record in records.whole_records(stream, before):
                    job.records[task] = record.end
                    if record.length is None:
                        continue
                    comes_along = record.length <= MAX_EVENT_OUTCOME_BYTES
                    if comes_along:
                        stream.seek(record.start)
                        body.append(stream.read(record.length))
                        size += record.length
                    calls.append((record.call, record.start, record.length, comes_along))
                    if size > MAX_EVENT_OUTCOME_BYTES or len(calls) >= MAX_EVENT_CALLS:
                        self._send_records(job, task, calls, body)
                        calls, body, size = [], [], 0
        except OSError:
            pass  # not there yet
        if calls:
            self._send_records(job, task, calls, body)
        return job.records[task] != before

    def _send_records(
        self, job: "_Job", task: int, calls: "List[Tuple[int, int, int, bool]]", body: "List[bytes]"
    ) -> None:
        printed = jobfolders.size_of(job.folder.log(task)) or 0
        event = {"event": "outcomes", "key": job.folder.key, "task": task, "calls": calls, "log_bytes": printed}
        self._send(event, b"".join(body))

    # ---------------------------------------------------------------------------------------------------- logs

    def _tell_logs(self, job: "_Job") -> bool:
        told = False
        for task in list(job.follows):
            told = self._tell_log(job, task) or told
        return told

    def _drain_log(self, job: "_Job", task: int) -> None:
        while self._tell_log(job, task):
            pass

    def _tell_log(self, job: "_Job", task: int) -> bool:
        """Send the next piece of a followed log; whether there was one."""
        offset = job.follows.get(task)
        if offset is None:
            return False
        piece = _read(job.folder.log(task), offset)
        if not piece:
            return False
        self._send({"event": "log", "key": job.folder.key, "task": task, "offset": offset}, piece)
        with self._lock:
            if job.follows.get(task) == offset:
                job.follows[task] = offset + len(piece)
        return True

    # ----------------------------------------------------------------------------------------------- processes

    def _look_at_processes(self, jobs: "Dict[str, _Job]") -> None:
        """Tell of a detached job whose processes are all gone, one round after that was seen: its exit may be there."""
        now = time.monotonic()
        if 0 <= now - self._processes_seen < PROCESS_PAUSE_SECONDS:
            return
        self._processes_seen = now
        for key, job in jobs.items():
            if job.process is None or job.is_over:
                continue
            if job.process_died:
                self._forget(key, job)
                event = {"event": "gone", "key": key, "status": job.process.status}
                self._send(event, _tail(job.folder.log(0)))
            elif not job.process.is_alive():
                job.process_died = True


def _read_mounts() -> str:
    try:
        with open("/proc/mounts", encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _touch(folder: str) -> None:
    try:
        os.utime(folder)
    except OSError:
        pass  # it is not there yet


def _names(folder: str) -> "List[str]":
    try:
        return os.listdir(folder)
    except OSError:
        return []  # it comes back, or the processes and the scheduler tell


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
