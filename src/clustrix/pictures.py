"""How jobs and maps look: a map's tasks as one line of marks, and both as HTML for a notebook."""

from __future__ import annotations

import html
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from clustrix.jobs import JobState, JobStatus, Usage
from clustrix.resources import Resources
from clustrix.shown_text import harmless
from clustrix.state_words import peak_of_asked, short_time, state_in_words

#: What is shown of a task, the most telling first: of several tasks in one mark the first that any has.
FAILED, RUNNING, PENDING, DONE = "failed", "running", "pending", "done"
_ORDER = (FAILED, RUNNING, PENDING, DONE)
_MARKS = {FAILED: "✗", RUNNING: "▒", PENDING: "·", DONE: "█"}
_PLAIN_MARKS = {FAILED: "x", RUNNING: "=", PENDING: ".", DONE: "#"}
#: Colours that can be told apart on white and on black, also by most who see few colours.
COLOURS = {FAILED: "#d55e00", RUNNING: "#56b4e9", PENDING: "#bbbbbb", DONE: "#009e73"}


class Shown(Protocol):
    """What is shown of a job."""

    job_id: str | None
    usage: Usage | None

    @property
    def key(self) -> str: ...
    @property
    def last_status(self) -> JobStatus: ...
    @property
    def resources(self) -> Resources: ...


class ShownRow(Protocol):
    """What is shown of a job in a table."""

    @property
    def key(self) -> str: ...
    @property
    def status(self) -> JobStatus: ...
    @property
    def job_id(self) -> str | None: ...
    @property
    def elapsed_seconds(self) -> float | None: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def resources(self) -> Resources: ...
    @property
    def tasks(self) -> int: ...
    @property
    def task_states(self) -> tuple[JobState, ...]: ...


def kind_of(state: JobState) -> str:
    """Which of the four a state is.

    >>> kind_of(JobState.OUT_OF_MEMORY), kind_of(JobState.STAGING)
    ('failed', 'pending')
    """
    if state is JobState.DONE:
        return DONE
    if state.ended:
        return FAILED
    return RUNNING if state is JobState.RUNNING else PENDING


def marks_of(states: Sequence[JobState], width: int, *, plain: bool = False) -> str:
    """The tasks of a map, in at most so many marks; several tasks share one where there are more.

    >>> done, runs, waits, died = JobState.DONE, JobState.RUNNING, JobState.PENDING, JobState.FAILED
    >>> marks_of([done, done, died, runs, waits, waits], 80)
    '██✗▒··'
    >>> marks_of([done] * 500 + [runs] * 499 + [died], 4, plain=True)
    '##=x'
    """
    marks = _PLAIN_MARKS if plain else _MARKS
    return "".join(marks[kind] for kind in kinds_of(states, width))


def kinds_of(states: Sequence[JobState], width: int) -> list[str]:
    """The kinds of at most ``width`` equal parts of the tasks, in order."""
    parts = min(width, len(states))
    ends = [len(states) * part // parts for part in range(parts + 1)] if parts else []
    return [_most_telling(states[first:last]) for first, last in pairwise(ends)]


def _most_telling(states: Iterable[JobState]) -> str:
    there = {kind_of(state) for state in states}
    return next(kind for kind in _ORDER if kind in there)


def counts_of(states: Iterable[JobState]) -> str:
    """``6 done, 1 running, 3 pending``: what there is none of is left out."""
    counts = Counter(map(kind_of, states))
    return ", ".join(f"{counts[kind]} {kind}" for kind in (DONE, RUNNING, PENDING, FAILED) if counts[kind])


def can_show_marks() -> bool:
    """Whether standard output can be given the marks."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "".join(_MARKS.values()).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


# -------------------------------------------------------------------------------------------------------------- HTML

_FONT = "font-family: var(--jp-code-font-family, monospace); font-size: 90%;"


def escaped(text: str) -> str:
    """Text from outside, within HTML."""
    return html.escape(harmless(text))


def job_html(job: Shown) -> str:
    """A job in one line."""
    status = job.last_status
    number = f" job {job.job_id}" if job.job_id else ""
    used = job.usage.max_rss_bytes if job.usage else None
    peak = f", peak {peak_of_asked(used, job.resources.memory_bytes)}" if used is not None else ""
    words = f"{number} {state_in_words(status)}{peak}".strip()
    return f'<div style="{_FONT}">{_dot(status.state)} <b>{escaped(job.key)}</b> {escaped(words)}</div>'


def map_html(key: str | None, states: Sequence[JobState]) -> str:
    """A map: how many of its calls are how far, and a strip with a field for each, or for some."""
    title = f"<b>{escaped(key or 'map')}</b> {len(states)} calls: {counts_of(states) or 'none'}"
    return f'<div style="{_FONT}">{title}{strip_html(states)}</div>'


def strip_html(states: Sequence[JobState], width: int = 200) -> str:
    """A strip of fields, each in the colour of its task's state."""
    fields = []
    for kind in kinds_of(states, width):
        fields.append(f'<span title="{kind}" style="flex: 1; background: {COLOURS[kind]}"></span>')
    style = "display: flex; gap: 1px; height: 0.9em; max-width: 60em; margin: 0.2em 0"
    return f'<div style="{style}">{"".join(fields)}</div>' if fields else ""


def rows_html(place: str, rows: Sequence[ShownRow]) -> str:
    """The jobs of one cluster as a table."""
    titles = ("key", "state", "job", "elapsed", "peak")
    head = "".join(f'<th style="text-align: left">{title}</th>' for title in titles)
    body = "".join(f"<tr>{''.join(map(_cell, _texts(row)))}</tr>" for row in rows)
    table = f'<table style="{_FONT}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>' if rows else ""
    return f'<div style="{_FONT}"><b>{escaped(place)}</b>{"" if rows else " no jobs"}{table}</div>'


def _texts(row: ShownRow) -> list[str]:
    used = row.usage.max_rss_bytes
    elapsed = "" if row.elapsed_seconds is None else short_time(row.elapsed_seconds)
    peak = "" if used is None else peak_of_asked(used, row.resources.memory_bytes)
    state = f"{_dot(row.status.state)} {escaped(state_in_words(row.status))}"
    strip = strip_html(row.task_states, 60) if row.tasks > 1 else ""
    return [escaped(row.key), state + strip, escaped(row.job_id or ""), elapsed, escaped(peak)]


def _cell(text: str) -> str:
    return f'<td style="text-align: left">{text}</td>'


def _dot(state: JobState) -> str:
    return f'<span style="color: {COLOURS[kind_of(state)]}">●</span>'
