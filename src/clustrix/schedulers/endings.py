"""How a job ended, as the error that the caller gets: what happened, where, and which line to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clustrix.errors import JobCancelledError, JobError, JobFailedError
from clustrix.jobs import JobState
from clustrix.resources import format_memory, format_time

if TYPE_CHECKING:
    from clustrix.jobs import JobStatus
    from clustrix.resources import Resources

_KINDS = {
    JobState.OUT_OF_MEMORY: "OUT_OF_MEMORY",
    JobState.TIMEOUT: "TIMEOUT",
    JobState.NODE_FAIL: "NODE_FAIL",
    JobState.PREEMPTED: "PREEMPTED",
}
_GIB = 2**30


def job_error(
    status: JobStatus, *, job: str, resources: Resources, log: str, memory_peak_bytes: int | None = None
) -> JobError:
    """The error for a job that gave no value.

    ``job`` names it (``Job 48213 task 7``), ``log`` says where its output is, ``memory_peak_bytes`` what it used at
    most. A status that is no end is an error only where ``can_start`` is False.
    """
    if status.state is JobState.CANCELLED:
        return JobCancelledError(f"{job} was {status.reason or 'cancelled'}", where=_where(status, log))
    kind = _kind(status)
    return JobFailedError(
        _what(kind, status, job, resources, memory_peak_bytes),
        where=_where(status, log),
        hint=_hint(kind, status, resources, memory_peak_bytes),
        kind=kind,
        exit_code=status.exit_code,
        signal=signal_name(status.signal),
    )


def signal_name(number: int | None) -> str | None:
    """``SIGKILL`` for 9; numbers are those of Linux, where jobs run.

    >>> signal_name(9), signal_name(64), signal_name(None)
    ('SIGKILL', 'signal 64', None)
    """
    if not number:
        return None
    return _LINUX_SIGNALS.get(number) or f"signal {number}"


# Not signal.Signals: the laptop may run macOS (where 10 is SIGBUS) or Windows (which has only six).
_LINUX_NAMES = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN"
_LINUX_NAMES += " TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
_LINUX_SIGNALS = {number: f"SIG{name}" for number, name in enumerate(_LINUX_NAMES.split(), start=1)}


def _kind(status: JobStatus) -> str:
    if not status.can_start:
        return "NEVER_STARTS"
    if status.state in _KINDS:
        return _KINDS[status.state]
    if status.signal:
        return "SIGNAL"
    return "UNKNOWN" if status.exit_code is None else "EXIT"


def _what(kind: str, status: JobStatus, job: str, resources: Resources, memory_peak_bytes: int | None) -> str:
    if kind == "NEVER_STARTS":
        return f"{job} will never start: {status.reason or status.word}"
    if kind == "OUT_OF_MEMORY":
        return f"{job} was killed: OUT_OF_MEMORY{_memory(resources, memory_peak_bytes)}"
    if kind == "TIMEOUT":
        asked = f" (asked for {format_time(resources.walltime_seconds)})" if resources.walltime_seconds else ""
        return f"{job} was killed: TIMEOUT{asked}"
    if kind == "NODE_FAIL":
        return f"{job} was lost: NODE_FAIL (its node went down)"
    if kind == "PREEMPTED":
        return f"{job} was killed: PREEMPTED (a more important job took its place)"
    because = f": {status.reason}" if status.reason else ""
    if kind == "SIGNAL":
        return f"{job} was killed by {signal_name(status.signal)}{because}"
    if kind == "EXIT":
        return f"{job} ended with exit code {status.exit_code} before it gave a value{because}"
    return f"{job} gave no value{because or ': ' + (status.word or status.state.value)}"


def _memory(resources: Resources, memory_peak_bytes: int | None) -> str:
    if resources.memory_bytes and memory_peak_bytes:
        return f" (used {format_memory(memory_peak_bytes)} of {format_memory(resources.memory_bytes)} asked for)"
    if memory_peak_bytes:
        return f" (used {format_memory(memory_peak_bytes)}, the cluster's default)"
    return f" (asked for {format_memory(resources.memory_bytes)})" if resources.memory_bytes else ""


def _where(status: JobStatus, log: str) -> str:
    parts = [f"node {status.node}"] if status.node else []
    if status.elapsed_seconds is not None:
        parts.append(f"after {format_time(status.elapsed_seconds)}")
    return "; ".join(part for part in (", ".join(parts), f"log: {log}" if log else "") if part)


def _hint(kind: str, status: JobStatus, resources: Resources, memory_peak_bytes: int | None) -> str:
    if kind == "OUT_OF_MEMORY":
        had_bytes = resources.memory_bytes or memory_peak_bytes or _GIB
        return f'@cluster(memory="{_doubled_memory(had_bytes)}")'
    if kind == "TIMEOUT":
        seconds = resources.walltime_seconds or status.elapsed_seconds
        return f'@cluster(time="{format_time(2 * seconds)}")' if seconds else '@cluster(time="02:00:00")'
    if kind == "NODE_FAIL":
        return "the call again; slurm={'requeue': True} lets Slurm run such a call again by itself"
    if kind == "PREEMPTED":
        return "the call again, or another partition or qos"
    if kind == "SIGNAL" and signal_name(status.signal) == "SIGSEGV":
        return "a compiled module crashed: pre_execution_commands=[..] or module_loads=[..] may have to match it"
    return "the log" if kind in ("SIGNAL", "EXIT", "UNKNOWN") else ""


def _doubled_memory(had_bytes: int) -> str:
    if had_bytes >= _GIB // 2:
        return f"{-(-2 * had_bytes // _GIB)}GB"
    return f"{-(-2 * had_bytes // 2**20)}MB"
