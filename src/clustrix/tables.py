"""What tables of jobs and files look like: in 80 columns, with and without colour."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from clustrix.jobs import JobState
from clustrix.live_line import advice
from clustrix.pictures import DONE, FAILED, PENDING, RUNNING, can_show_marks, kinds_of, marks_of
from clustrix.resources import format_memory
from clustrix.state_words import peak_of_asked, short_time, state_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustrix.job_on_cluster import WorkFile
    from clustrix.job_table import JobRow

_STYLES = {
    JobState.RUNNING: "cyan",
    JobState.PENDING: "yellow",
    JobState.STAGING: "yellow",
    JobState.DONE: "green",
    JobState.UNKNOWN: "magenta",
    JobState.CANCELLED: "dim",
}
_KIND_STYLES = {DONE: "green", RUNNING: "cyan", PENDING: "dim", FAILED: "red"}
#: A map's picture fits beside its key and times into 80 columns.
PICTURE_WIDTH = 32


def table_of(where: str, rows: Sequence[JobRow], shown_ended: int | None) -> RenderableType:
    """The jobs of one cluster; of those that ended only the last few, if a number is given."""
    ended = [row for row in rows if row.status.state.ended]
    hidden = {row.key for row in ended[: max(0, len(ended) - shown_ended)]} if shown_ended is not None else set()
    title = Text(where, style="bold")
    if not rows:
        return Group(title, Text("  no jobs", style="dim"))
    shown = [row for row in rows if row.key not in hidden]
    parts: list[RenderableType] = [title, _table(shown)]
    if hidden:
        parts.append(Text(f"and {len(hidden)} that ended earlier: clustrix status --all", style="dim"))
    return Group(*parts)


def _table(rows: Sequence[JobRow]) -> Table:
    table = _bare_table()
    table.add_column("KEY", overflow="fold", min_width=14)
    # A key begins with the function's name, so it is told apart only where that does not say it.
    with_names = any(not row.key.startswith(row.name) for row in rows)
    if with_names:
        table.add_column("FUNCTION", overflow="ellipsis", max_width=24)
    table.add_column("STATE", overflow="fold", min_width=12)
    table.add_column("JOB", justify="right", no_wrap=True)
    table.add_column("ELAPSED", justify="right", no_wrap=True)
    table.add_column("PEAK", justify="right", no_wrap=True)
    for row in rows:
        names = [Text(row.name)] if with_names else []
        table.add_row(Text(row.key), *names, _state(row), row.job_id or "", _elapsed(row), _peak(row))
    return table


def _state(row: JobRow) -> Text:
    fetched = ", fetched" if row.fetched else ""
    words = Text(state_in_words(row.status) + fetched, style=_STYLES.get(row.status.state, "red"))
    return words.append("\n").append_text(picture_of(row.task_states)) if row.tasks > 1 else words


def picture_of(states: Sequence[JobState], width: int = PICTURE_WIDTH) -> Text:
    """The tasks of a map as a line of marks."""
    picture, plain = Text(), not can_show_marks()
    for mark, kind in zip(marks_of(states, width, plain=plain), kinds_of(states, width), strict=True):
        picture.append(mark, style=_KIND_STYLES[kind])
    return picture


def _elapsed(row: JobRow) -> str:
    return "" if row.elapsed_seconds is None else short_time(row.elapsed_seconds)


def _peak(row: JobRow) -> str:
    return "" if row.usage.max_rss_bytes is None else format_memory(row.usage.max_rss_bytes)


def details_of(row: JobRow, where: str) -> RenderableType:
    """All that is known of one job."""
    lines = [
        ("function", f"{row.name}  {row.function}".rstrip()),
        ("job", f"{row.job_id or 'not submitted yet'} on {where}"),
        ("submitted", _moment(row.created) + (f" from {row.client}" if row.client else "")),
        ("elapsed", _elapsed(row)),
        ("peak", _peak_of_asked(row)),
        ("hint", advice(row.resources, row.usage)),
        ("folder", row.folder),
        ("log", f"clustrix logs {row.key}"),
    ]
    table = _bare_table(show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in lines:
        if value:
            table.add_row(f"  {name}", value)
    return Group(Text(f"{row.key}  ").append_text(_state(row)), table)


def _peak_of_asked(row: JobRow) -> str:
    used = row.usage.max_rss_bytes
    return "" if used is None else peak_of_asked(used, row.resources.memory_bytes)


def table_of_files(files: Sequence[WorkFile]) -> Table:
    """Files with their sizes and when they were written."""
    table = _bare_table()
    table.add_column("NAME", overflow="fold")
    table.add_column("SIZE", justify="right", no_wrap=True)
    table.add_column("WRITTEN", no_wrap=True)
    for file in files:
        table.add_row(Text(file.name), format_memory(file.size_bytes), _moment(file.modified))
    return table


def _bare_table(*, show_header: bool = True) -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=show_header, header_style="dim")


def _moment(seconds: float | None) -> str:
    return "" if seconds is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
