"""Asking the scheduler: seldom, and for all jobs of a cluster in one command.

A job that runs through tells all itself. The scheduler is asked to catch what no job can tell: that it can never
start, that its node died, that somebody cancelled it while it waited.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from clustrix.background import run_soon
from clustrix.errors import ClustrixError, JobError
from clustrix.jobs import CommandAnswer, JobState, JobStatus
from clustrix.schedulers import AsksSite
from clustrix_remote.submission import could_not_say

if TYPE_CHECKING:
    from clustrix.connection.link import Link
    from clustrix.schedulers import Scheduler

log = logging.getLogger("clustrix")

#: A new job that has not started by then is asked for, as it may never start.
FIRST_SECONDS = 2.0
#: Between two questions: this at first, growing by half each time to the longest.
SHORTEST_SECONDS = 15.0
LONGEST_SECONDS = 55.0
#: What runs tells its own end. It is asked for seldom, and only because its node may die.
STARTED_SECONDS = 35.0
#: Nobody who looks at a job's status has the scheduler asked more often.
REFRESH_SECONDS = 5.0
#: How long a command of the scheduler may take.
COMMAND_SECONDS = 60.0
#: When the scheduler says that a job ended, its own word may still be on its way through the file system.
GRACE_SECONDS = 1.0
#: And where it says so of what is only about to end: schedulers give processes half a minute to do so (Slurm's KillWait).
ENDING_SECONDS = 40.0


def ask_scheduler(
    link: Link, scheduler: Scheduler, job_ids: list[str], tasks: Iterable[str] = ()
) -> dict[str, JobStatus]:
    """How these jobs stand, in one command, and ``tasks`` of theirs. Raises ConnectError, or what the agent could not do."""
    scheduler = learn_site(link, scheduler)
    header = {"argv": scheduler.status_argv(job_ids), "timeout_seconds": COMMAND_SECONDS}
    return scheduler.parse_status(_answer(link.request("run", header).header), list(dict.fromkeys([*job_ids, *tasks])))


def learn_site(link: Link, scheduler: Scheduler) -> Scheduler:
    """The adapter as it knows this cluster's site: asked once per link, and by those alone that want to know."""
    if not isinstance(scheduler, AsksSite):
        return scheduler
    known = _sites.setdefault(link, {})
    if scheduler.name not in known:
        # Two threads may both ask; one that held a lock meanwhile would stop calls to other clusters.
        header = {"argv": scheduler.probe_argv(), "timeout_seconds": COMMAND_SECONDS}
        known[scheduler.name] = _answer(link.request("run", header).header)
    return scheduler.knowing(known[scheduler.name])


def find_job_id(link: Link, scheduler: Scheduler, argv: list[str]) -> str | None:
    """The id of the job that this ``find_argv`` looks for, if there is one. Raises JobError if nobody can say."""
    answer = _answer(link.request("run", {"argv": argv, "timeout_seconds": COMMAND_SECONDS}).header)
    if could_not_say(answer.returncode, answer.stderr):
        raise JobError(f"{scheduler.name} does not answer: {answer.stderr.strip()}", where=link.channel().where)
    return scheduler.parse_find(answer)


def cancel_job(link: Link, scheduler: Scheduler, key: str, job_id: str | None) -> None:
    """End a job. Raises ClustrixError with the scheduler's words if it refuses."""
    argv = scheduler.cancel_argv([job_id] if job_id else [])
    if argv is None:
        link.request("signal", {"key": key, "kill_after_seconds": 5})
        return
    answer = _answer(link.request("run", {"argv": argv, "timeout_seconds": COMMAND_SECONDS}).header)
    if answer.returncode != 0:
        raise ClustrixError(f"job {job_id} could not be cancelled: {answer.stderr.strip()}", where=key)


def who_cancelled(link: Link, scheduler: Scheduler, job_id: str | None) -> str:
    """Who cancelled the job, if the scheduler knows it already; the job's own files cannot tell."""
    if job_id is None:
        return ""
    try:
        told = ask_scheduler(link, scheduler, [job_id])[job_id]
    except Exception as error:  # it is cancelled whoever did it
        log.info("the scheduler does not say who cancelled %s: %s", job_id, error)
        return ""
    return told.reason if told.state is JobState.CANCELLED else ""


def _answer(header: dict[str, object]) -> CommandAnswer:
    code = header.get("returncode")
    return CommandAnswer(code if isinstance(code, int) else -1, str(header.get("stdout")), str(header.get("stderr")))


@dataclass(eq=False)
class Waiting:
    """A job that has not ended, as the poll sees it.

    ``tasks`` gives those of an array that have not ended, each with its ``task`` number; verdicts are told to them.
    """

    key: str
    job_id: str
    scheduler: Scheduler
    on_verdict: Callable[[JobStatus], object]
    has_ended: Callable[[], bool]
    has_started: Callable[[], bool]
    since: float = field(default_factory=time.monotonic)
    was_asked: bool = False
    task: int = 0
    tasks: Callable[[], list[Waiting]] | None = None


def next_question(waiting: Iterable[Waiting], asked: float, pause_seconds: float) -> float:
    """When to ask again: for a new job after two seconds if it has not started, for all others at their pace.

    What runs is asked for more seldom. Times are seconds of one clock; ``asked`` is when the last question was made, and
    no two are closer than the shortest pause. One who waits for nothing asks never.
    """

    def due(job: Waiting) -> float:
        if job.has_started():
            return max(asked, job.since) + max(pause_seconds, STARTED_SECONDS)
        return asked + pause_seconds if job.was_asked else job.since + FIRST_SECONDS

    return max(asked + SHORTEST_SECONDS, min(map(due, waiting), default=inf))


class SchedulerPoll:
    """Asks about the jobs of one link, on a thread that lives while there are any."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: list[Waiting] = []
        self._changed = threading.Condition()
        self._running = False
        self._asked = -SHORTEST_SECONDS
        #: Tasks that are about to end, and since when we have known.
        self._ending: dict[tuple[str, int], float] = {}
        self._pause_seconds = SHORTEST_SECONDS

    def add(self, waiting: Waiting) -> None:
        with self._changed:
            self._waiting.append(waiting)
            self._pause_seconds = SHORTEST_SECONDS
            self._changed.notify()
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="clustrix-poll", daemon=True).start()

    def refresh(self) -> None:
        """Ask now, for whoever wants to know; not if that was done just now. Raises ConnectError."""
        with self._changed:
            jobs = [each for each in self._waiting if not each.has_ended()]
            if not jobs or time.monotonic() - self._asked < REFRESH_SECONDS:
                return
            self._asked = time.monotonic()
        self._ask(jobs)

    def _run(self) -> None:
        while jobs := self._wait_for_question():
            try:
                self._ask(jobs)
            except Exception as error:  # the connection or the scheduler is away; the next question may be answered
                log.info("the scheduler could not be asked: %s", error)

    def _wait_for_question(self) -> list[Waiting]:
        """The jobs to ask about, when it is time; none when there is none left."""
        with self._changed:
            while True:
                self._waiting = [each for each in self._waiting if not each.has_ended()]
                if not self._waiting:
                    self._running = False
                    self._ending.clear()
                    return []
                due = next_question(self._waiting, self._asked, self._pause_seconds) - time.monotonic()
                if due <= 0:
                    return list(self._waiting)
                self._changed.wait(due)

    def _ask(self, jobs: list[Waiting]) -> None:
        self._asked = time.monotonic()
        self._pause_seconds = min(self._pause_seconds * 1.5, LONGEST_SECONDS)
        # A host may have two schedulers: each is asked about its own.
        for name in dict.fromkeys(each.scheduler.name for each in jobs):
            self._ask_about([each for each in jobs if each.scheduler.name == name])

    def _ask_about(self, jobs: list[Waiting]) -> None:
        asked = [one for each in jobs for one in ([each] if each.tasks is None else each.tasks())]
        ids = [each.job_id for each in jobs]
        told = ask_scheduler(self._link, jobs[0].scheduler, ids, (each.job_id for each in asked))
        for each in jobs:
            each.was_asked = True
        ended: dict[str, list[tuple[Waiting, JobStatus]]] = {}
        for each in asked:
            status = told.get(each.job_id)
            if status is None:
                continue
            if not status.state.ended:
                each.on_verdict(status)
            elif not (status.may_be_ending and self._is_given_time(each)):
                ended.setdefault(each.key, []).append((each, status))
        for key, those in ended.items():
            run_soon(self._confirm, key, those)

    def _is_given_time(self, task: Waiting) -> bool:
        """Whether a task that is about to end may still tell how; asked at each question until it may not."""
        since = self._ending.setdefault((task.key, task.task), time.monotonic())
        return time.monotonic() - since < ENDING_SECONDS

    def _confirm(self, key: str, ended: list[tuple[Waiting, JobStatus]]) -> None:
        """The scheduler says that these tasks of a job ended: believe it, unless they left their own word."""
        try:
            for pause_seconds in (0.0, GRACE_SECONDS):
                time.sleep(pause_seconds)
                ended = self._without_word(key, [(each, status) for each, status in ended if not each.has_ended()])
        except FileNotFoundError:
            why = "its folder is gone: somebody else took its value, or removed it"
            ended = [(each, replace(status, reason=why)) for each, status in ended]
        except Exception as error:  # the connection is away; the next question will be answered alike
            log.info("what became of job %s could not be asked: %s", key, error)
            return
        for each, status in ended:
            each.on_verdict(status)

    def _without_word(self, key: str, ended: list[tuple[Waiting, JobStatus]]) -> list[tuple[Waiting, JobStatus]]:
        """Those that have left no outcome and no exit; what the others left is told (again)."""
        if not ended:
            return []
        tasks = self._link.request("job", {"key": key}).header.get("tasks") or {}
        silent = [(each, status) for each, status in ended if not _left_word(tasks.get(str(each.task)))]
        if len(silent) < len(ended):
            self._link.watch(key)
        return silent


def _left_word(task: Mapping[str, object] | None) -> bool:
    return task is not None and (task.get("outcome_bytes") is not None or task.get("exit") is not None)


_sites: WeakKeyDictionary[Link, dict[str, CommandAnswer]] = WeakKeyDictionary()
_polls: WeakKeyDictionary[Link, SchedulerPoll] = WeakKeyDictionary()
_polls_lock = threading.Lock()


def poll_for(link: Link) -> SchedulerPoll:
    """The poll of this link; all its jobs share it."""
    with _polls_lock:
        return _polls.setdefault(link, SchedulerPoll(link))
