"""What an agent's words about a job's end mean: how it ended, and what it has used."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clustrix.jobs import JobState, JobStatus, Usage

if TYPE_CHECKING:
    from clustrix.schedulers import Scheduler


@functools.lru_cache
def done_on(node: str) -> JobStatus:
    """How a call stands that has its value; the same object for all calls of a node, as a map has a hundred thousand."""
    return JobStatus(JobState.DONE, node=node)


def exit_status(event: dict[str, Any], scheduler: Scheduler) -> JobStatus:
    """What an "exit" event says, read by the scheduler's adapter."""
    status, details = event.get("status"), event.get("details")
    if not isinstance(status, int):
        return JobStatus(JobState.FAILED, reason="its script ended and left no status")
    return scheduler.read_exit(status, details if isinstance(details, dict) else {})


def gone_status(event: dict[str, Any], scheduler: Scheduler) -> JobStatus:
    """What became of a script whose processes are gone without a last word."""
    status = event.get("status")
    if event.get("restarted"):
        return JobStatus(JobState.NODE_FAIL, reason="its host was started again")
    if isinstance(status, int):
        return replace(scheduler.read_exit(status, {}), reason="its script was killed")
    return JobStatus(JobState.FAILED, reason="its processes are gone, and left no word")


def usage_of(header: dict[str, Any]) -> Usage | None:
    """What a call has used, by its outcome's header."""
    told = header.get("usage")
    if not isinstance(told, dict):
        return None
    numbers = {name: value for name, value in told.items() if isinstance(value, int | float)}
    return Usage(
        max_rss_bytes=numbers.get("max_rss_bytes"),  # type: ignore[arg-type]  # whole bytes, as the runner writes them
        cpu_seconds=numbers.get("cpu_seconds"),
        elapsed_seconds=numbers.get("elapsed_seconds"),
    )
