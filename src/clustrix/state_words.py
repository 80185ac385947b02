"""How a job stands, in the words that people read: in tables, in the live line, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clustrix.jobs import JobState
from clustrix.resources import format_memory

if TYPE_CHECKING:
    from clustrix.jobs import JobStatus

#: States whose node is worth naming, as it is or was at work there.
_WITH_NODE = frozenset(set(JobState) - {JobState.STAGING, JobState.PENDING, JobState.CANCELLED, JobState.UNKNOWN})


def state_in_words(status: JobStatus) -> str:
    """One phrase.

    >>> from clustrix.jobs import JobStatus
    >>> state_in_words(JobStatus(JobState.PENDING, reason="waiting for resources"))
    'pending: waiting for resources'
    >>> state_in_words(JobStatus(JobState.FAILED, node="s17.nodes.hpc.test", signal=9))
    'failed on s17: killed by SIGKILL'
    """
    words = status.state.value
    if status.state is JobState.PENDING and not status.can_start:
        words = "can never start"
    if status.node and status.state in _WITH_NODE:
        words += f" on {short_node(status.node)}"
    why = _why(status)
    if not why:
        return words
    return f"{words} {why}" if status.state is JobState.CANCELLED else f"{words}: {why}"


def _why(status: JobStatus) -> str:
    if status.reason:
        return status.reason
    if status.state is JobState.UNKNOWN:
        return status.word
    if status.state is not JobState.FAILED:
        return ""
    if status.signal is not None:
        from clustrix.endings import signal_name

        return f"killed by {signal_name(status.signal)}"
    return f"exit status {status.exit_code}" if status.exit_code is not None else ""


def short_node(name: str) -> str:
    """A node's name without its domain; an address stays whole.

    >>> short_node("s17.nodes.hpc.test"), short_node("10.0.0.7")
    ('s17', '10.0.0.7')
    """
    first = name.partition(".")[0]
    return name if first.isdigit() else first


def short_time(seconds: float) -> str:
    """A span of time that goes on, as a clock shows it.

    >>> short_time(12), short_time(754), short_time(3754), short_time(90000)
    ('00:12', '12:34', '1:02:34', '1-01:00:00')
    """
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    if not hours:
        return f"{minute:02}:{second:02}"
    if hours < 24:
        return f"{hours}:{minute:02}:{second:02}"
    return f"{hours // 24}-{hours % 24:02}:{minute:02}:{second:02}"


def peak_of_asked(used_bytes: int, asked_bytes: int | None) -> str:
    """``1.2 of 16 GB``: how much memory was used at most, and asked for.

    >>> peak_of_asked(1288490189, 17179869184), peak_of_asked(5 * 2**20, 2**30), peak_of_asked(5 * 2**20, None)
    ('1.2 of 16 GB', '5 MB of 1 GB', '5 MB')
    """
    used = format_memory(used_bytes)
    if asked_bytes is None:
        return used
    asked = format_memory(asked_bytes)
    number, _, unit = used.rpartition(" ")
    return f"{number if asked.endswith(unit) else used} of {asked}"
