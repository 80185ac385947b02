"""How a job that gave no value ended, as an error that says what happened, where, and what to change."""

from __future__ import annotations

from dataclasses import dataclass

from clustrix.errors import JobCancelledError, JobError, JobFailedError, ResultError
from clustrix.jobs import JobState, JobStatus
from clustrix.resources import Resources, format_memory, format_time
from clustrix.shown_text import harmless
from clustrix_remote import portable

#: How many of the log's last lines an error repeats.
_LINES = 5

_KINDS = {
    JobState.OUT_OF_MEMORY: "OUT_OF_MEMORY",
    JobState.TIMEOUT: "TIMEOUT",
    JobState.NODE_FAIL: "NODE_FAIL",
    JobState.PREEMPTED: "PREEMPTED",
}


@dataclass(frozen=True)
class Ended:
    """A job that ended without an outcome. ``job_id`` is the scheduler's, empty if it is not known."""

    key: str
    job_id: str
    resources: Resources
    status: JobStatus
    log_tail: str = ""

    @property
    def who(self) -> str:
        return f"Job {self.job_id} ({self.key})" if self.job_id else f"Job {self.key}"


def ending_error(ended: Ended) -> JobError:
    """The error for a job that gave no value.

    >>> error = ending_error(Ended("fit-1", "48213", Resources(), JobStatus(JobState.FAILED, node="c14", signal=9)))
    >>> print(error)
    Job 48213 (fit-1) was killed by SIGKILL
      where: node c14; log: clustrix logs fit-1
    """
    status = ended.status
    what, where = _what(ended), _where(ended)
    if status.state is JobState.CANCELLED:
        return JobCancelledError(what, where=where)
    if not status.can_start:
        return JobFailedError(what, where=where, hint=f"clustrix cancel {ended.key}", kind="NEVER_STARTS")
    return JobFailedError(
        what,
        where=where,
        hint=_hint(ended),
        kind=_KINDS.get(status.state) or _kind_by_status(status),
        exit_code=status.exit_code,
        signal=signal_name(status.signal),
    )


def signal_name(number: int | None) -> str | None:
    """``SIGKILL`` for 9. The numbers are Linux's, whatever this machine's are.

    >>> signal_name(11), signal_name(64)
    ('SIGSEGV', 'signal 64')
    """
    if number is None:
        return None
    return _LINUX_SIGNALS.get(number) or f"signal {number}"


# fmt: off
_LINUX_SIGNALS = dict(enumerate((
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
    "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN",
    "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
), start=1))
# fmt: on


def _kind_by_status(status: JobStatus) -> str:
    if status.signal is not None:
        return "SIGNAL"
    return "UNKNOWN" if status.exit_code is None else "EXIT"


def _what(ended: Ended) -> str:
    lines = [f"{ended.who} {_verb(ended)}"]
    if ended.status.reason:
        joint = " " if ended.status.state is JobState.CANCELLED else ": "
        lines[0] += joint + ended.status.reason
    last = ended.log_tail.rstrip().splitlines()[-_LINES:]
    if last:
        lines += ["  its last words:", *(f"    {line[:200]}" for line in last)]
    return "\n".join(lines)


def _verb(ended: Ended) -> str:
    status = ended.status
    if not status.can_start:
        return "can never start"
    if status.state is JobState.CANCELLED:
        return "was cancelled"
    if status.state is JobState.TIMEOUT:
        asked = ended.resources.walltime_seconds
        return "was killed: TIMEOUT" + (f" (asked for {format_time(asked)})" if asked else "")
    if status.state is JobState.OUT_OF_MEMORY:
        return f"was killed: OUT_OF_MEMORY{_memory(ended)}"
    if status.state in _KINDS:
        return f"was lost: {_KINDS[status.state]}"
    if status.signal is not None:
        return f"was killed by {signal_name(status.signal)}"
    if status.exit_code is not None:
        return f"ended with exit status {status.exit_code} before the function had returned"
    return "is gone, and left no value"


def _memory(ended: Ended) -> str:
    used, asked = ended.status.max_rss_bytes, ended.resources.memory_bytes
    if used is not None:
        return (
            f" (used {format_memory(used)} of {format_memory(asked)} asked for)"
            if asked
            else f" (used {format_memory(used)})"
        )
    return f" (asked for {format_memory(asked)})" if asked else ""


def _where(ended: Ended) -> str:
    status = ended.status
    node = f"node {status.node}" if status.node else ""
    after = f"after {format_time(status.elapsed_seconds)}" if status.elapsed_seconds is not None else ""
    place = ", ".join(filter(None, (node, after)))
    return "; ".join(filter(None, (place, f"log: clustrix logs {ended.key}")))


def _hint(ended: Ended) -> str:
    """The decorator's line to change."""
    state = ended.status.state
    if state is JobState.OUT_OF_MEMORY:
        asked = ended.resources.memory_bytes
        had = asked or ended.status.max_rss_bytes
        return f'@cluster(memory="{format_memory(had * 2).replace(" ", "")}")' if had else '@cluster(memory="8GB")'
    if state is JobState.TIMEOUT:
        asked = ended.resources.walltime_seconds
        return f'@cluster(time="{format_time(asked * 2)}")' if asked else '@cluster(time="04:00:00")'
    if state in (JobState.NODE_FAIL, JobState.PREEMPTED):
        return "call it again; what it left is kept"
    return ""


def tell_place(error: BaseException, note: str) -> None:
    """Where it happened: an error of ours has a place for that, the user's gets a note."""
    if isinstance(error, ResultError):
        error.where = ", ".join(filter(None, (error.where, note.removeprefix("in "))))
    else:
        add_note(error, harmless(note))


def add_note(error: BaseException, note: str) -> None:
    """A note on an exception of the user's, whose class may refuse to have attributes set, or raise anything if it is asked for one."""
    before = BaseException.__getattribute__(error, "__dict__").get("__notes__")
    portable.assign(error, "__notes__", [*(before if isinstance(before, list) else ()), note])
