"""The watcher: one thread that lists the spool folder and tells the client what it has not told yet.

The announcement of an outcome may be seen before the outcome itself; then it is tried again on the next round, and
the job's "exit" waits behind it.
"""

import threading
import time
import traceback

from clustrix_remote import jobfolders, layout
from clustrix_remote.news import JobNews
from clustrix_remote.spool import Spool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Optional, Set

    from clustrix_remote.layout import Layout
    from clustrix_remote.processes import Detached

#: Pause between two listings: a twentieth of the time since something last happened, within these limits.
SHORTEST_PAUSE_SECONDS = 0.002
LONGEST_PAUSE_SECONDS = 0.05
MOST_PAUSE_SECONDS = 1.0
#: But so many times as long as a listing takes: many files make it slow, and the login node is others' too.
LISTING_SHARE = 9
#: How often detached processes are looked at.
PROCESS_PAUSE_SECONDS = 0.05


def pause_seconds(idle_seconds: float, listing_seconds: float = 0.0) -> float:
    """How long to wait before the next listing, when the last one took ``listing_seconds``.

    >>> pause_seconds(0), pause_seconds(0.5), pause_seconds(60), pause_seconds(0, 0.01)
    (0.002, 0.025, 0.05, 0.09)
    """
    usual = min(max(idle_seconds / 20, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
    return max(usual, min(LISTING_SHARE * listing_seconds, MOST_PAUSE_SECONDS))


class Watcher:
    """Watches jobs of one :class:`layout.Layout`; ``send(header, body)`` is called with every event.

    ``end(status)`` is called if it can watch no longer: an agent that tells nothing would be worse than none.
    """

    def __init__(self, where: "Layout", send: "Callable[..., None]", end: "Callable[[int], None]") -> None:
        self._where = where
        self._send = send
        self._end = end
        self._jobs = {}  # type: Dict[str, JobNews]
        self._seen = set()  # type: Set[str]
        self._lock = threading.Condition()
        self._thread = None  # type: Optional[threading.Thread]
        self._active = 0.0
        self._processes_seen = 0.0

    def watch(self, key: str, tasks: int, follows: "Optional[Dict[int, int]]" = None) -> None:
        """Watch a job; all that has happened is told (again). ``follows``: {task: offset} of logs to tell, too."""
        with self._lock:
            job = JobNews(self._where.job(key), tasks, self._send, self._lock)
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
            job.announce(happened)
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
        spool, took = Spool(self._where.spool), 0.0
        while True:
            if not self._jobs:
                spool.sweep(lambda: not self._jobs)
            with self._lock:
                while not self._jobs:
                    self._lock.wait()
                self._lock.wait(pause_seconds(time.monotonic() - self._active, took))
            began = time.monotonic()
            names = spool.names()
            with self._lock:
                jobs = dict(self._jobs)
                seen, self._seen = self._seen, names
                self._note(names - seen, jobs)
            # A single one that was held up does not count in full.
            took = min(time.monotonic() - began, 2 * took + 0.001)
            self._round(jobs)

    def _note(self, names: "Set[str]", jobs: "Dict[str, JobNews]") -> None:
        for name in names:
            parsed = layout.parse_spool_name(name)
            if parsed is not None and parsed[0] in jobs:
                jobs[parsed[0]].announce([parsed[1:]])

    def _round(self, jobs: "Dict[str, JobNews]") -> None:
        for key, job in jobs.items():
            if job.tell():
                self._active = time.monotonic()
            if job.is_over:
                self._forget(key, job)
        self._look_at_processes(jobs)

    def _forget(self, key: str, job: "JobNews") -> None:
        with self._lock:
            if self._jobs.get(key) is job:
                del self._jobs[key]

    def _look_at_processes(self, jobs: "Dict[str, JobNews]") -> None:
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
                job.tell_gone()
            elif not job.process.is_alive():
                job.process_died = True
