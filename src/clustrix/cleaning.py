"""Cleaning a cluster: which jobs' folders may go is decided from the table of jobs, before anything is touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clustrix.file_packaging import runtime_package
from clustrix.job_table import JobRow, job_rows
from clustrix.jobs import JobState
from clustrix.resources import format_memory
from clustrix.scheduler_poll import cancel_job
from clustrix.schedulers import scheduler_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustrix.connection.link import Link


@dataclass(frozen=True)
class Wish:
    """What somebody wants cleaned: these ``keys``, ``all_ended``, those that ended so long ago, else what was fetched.

    ``force`` means also those that have not ended: they are cancelled.
    """

    keys: tuple[str, ...] = ()
    all_ended: bool = False
    older_than_seconds: float | None = None
    force: bool = False


@dataclass(frozen=True)
class Plan:
    """What is to be done: folders to remove, jobs among them to cancel before, and why others stay."""

    remove: tuple[JobRow, ...]
    cancel: tuple[JobRow, ...]
    kept: tuple[tuple[JobRow, str], ...]

    def kept_in_words(self) -> str:
        """``2 not fetched yet, 1 running``; empty if nothing stays."""
        return ", ".join(f"{count} {why}" for why, count in Counter(why for _, why in self.kept).items())


def plan_cleaning(rows: Sequence[JobRow], wish: Wish) -> Plan:
    """What to do with each job."""
    remove, cancel, kept = [], [], []
    for row in rows:
        if wish.keys and row.key not in wish.keys:
            continue
        why_not = _why_not(row, wish)
        if why_not:
            kept.append((row, why_not))
            continue
        remove.append(row)
        if not row.status.state.ended:
            cancel.append(row)
    return Plan(tuple(remove), tuple(cancel), tuple(kept))


def _why_not(row: JobRow, wish: Wish) -> str:
    """Why a job's folder stays; empty if it may go."""
    state = row.status.state
    if not state.ended and not wish.force:
        return state.value
    if wish.older_than_seconds is not None:
        age = row.age_seconds if row.ended_seconds_ago is None else row.ended_seconds_ago
        is_old = age is not None and age >= wish.older_than_seconds
        return "" if is_old else "not so old" if state.ended else state.value
    if wish.keys or wish.all_ended or row.fetched:
        return ""
    return "not fetched yet" if state is JobState.DONE else "failed" if state.ended else state.value


@dataclass(frozen=True)
class Cleaned:
    """What was done, or would be: the plan, and how many packages went, with their size."""

    plan: Plan
    packages: int
    package_bytes: int

    def in_words(self, verb: str) -> str:
        """One phrase: ``removed 3 jobs and 2 packages (12 KB)``."""
        parts = [_counted(len(self.plan.remove), "job")] if self.plan.remove else []
        if self.packages:
            parts.append(f"{_counted(self.packages, 'package')} ({format_memory(self.package_bytes)})")
        return f"{verb} {' and '.join(parts) or 'nothing'}"

    def to_dict(self) -> dict[str, Any]:
        """The same as plain lists and numbers."""
        return {
            "removed": [row.key for row in self.plan.remove],
            "cancelled": [row.key for row in self.plan.cancel],
            "kept": [{"key": row.key, "why": why} for row, why in self.plan.kept],
            "packages": self.packages,
            "package_bytes": self.package_bytes,
        }


def clean_cluster(link: Link, wish: Wish, *, dry_run: bool = False) -> Cleaned:
    """Clean one cluster. Raises ConnectError, and ClustrixError if a job could not be cancelled."""
    plan = plan_cleaning(job_rows(link, wish.keys or None), wish)
    if not dry_run:
        for row in plan.cancel:
            cancel_job(link, scheduler_named(row.scheduler), row.key, row.job_id)
        if plan.remove:
            link.request("remove", {"keys": [row.key for row in plan.remove]})
    swept = link.request("sweep", {"keep": [runtime_package().digest], "dry_run": dry_run}).header
    return Cleaned(plan, int(swept.get("removed") or 0), int(swept.get("bytes") or 0))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
