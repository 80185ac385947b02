"""The command's verb ``top``: own jobs as they come, run and go, until one has seen enough."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from clustrix.cli.output import EXIT_NOT_RUN, AsJson, Settings, layer_of
from clustrix.cli.status import status
from clustrix.shown_text import Harmless

if TYPE_CHECKING:
    from rich.console import RenderableType

    from clustrix.config import ClusterConfig
    from clustrix.job_table import JobRow
    from clustrix.jobs import JobStatus

#: The agent reads its own folders so often; the scheduler is asked no more often than for anything else.
REFRESH_SECONDS, SCHEDULER_SECONDS = 2.0, 15.0
#: Lines around the tables: a title for each cluster, and the last line.
_OTHER_LINES = 4


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command(rich_help_panel="Jobs")(top)


def top(
    settings: Settings = None,
    once: Annotated[bool, typer.Option("--once", help="Show it once; so it is where there is no terminal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Watch your jobs; Ctrl-C ends the watching.

    Your clusters are asked every two seconds, their schedulers every fifteen.
    """
    from clustrix.job_places import places

    if as_json:
        status(settings=settings, as_json=True)
        return
    boards = [Board(config) for config in places(layer_of(settings))]
    if not boards:
        print("no jobs: nothing was submitted from here, and no cluster is configured")
    elif once or not sys.stdout.isatty():
        _show_once(boards)
    else:
        _watch(boards)


class Board:
    """The jobs of one cluster, asked for again and again."""

    def __init__(self, config: ClusterConfig) -> None:
        self._config = config
        self._told: dict[str, JobStatus] = {}
        self._asked = float("-inf")
        self.rows: list[JobRow] = []
        self.error = ""

    def refresh(self, now: float) -> None:
        """Ask the agent; and the scheduler, if it was not asked of late."""
        from clustrix.connection import link_for
        from clustrix.errors import ConnectError
        from clustrix.job_table import job_rows, with_answer

        may_ask = now - self._asked >= SCHEDULER_SECONDS
        try:
            rows = job_rows(link_for(self._config), ask=may_ask)
        except ConnectError as error:
            self.error = error.what
            return
        self.error = ""
        if may_ask:
            self._asked = now
            self._told = {row.job_id: row.status for row in rows if row.job_id and row.needs_asking}
        self.rows = rows if may_ask else [with_answer(row, self._told) for row in rows]

    def shown(self, lines: int) -> RenderableType:
        """The table, in at most so many lines: what has not ended, then what ended last."""
        from rich.console import Group
        from rich.text import Text

        from clustrix.job_places import place_name
        from clustrix.tables import table_of

        room = max(3, lines)
        alive = [row for row in self.rows if not row.status.state.ended][:room]
        ended = [row for row in self.rows if row.status.state.ended]
        left = room - sum(2 if row.tasks > 1 else 1 for row in alive)
        table = table_of(place_name(self._config), [*ended[len(ended) - max(0, left) :], *alive], None)
        return Group(table, Text(f"  {self.error}", style="red")) if self.error else table


def _show_once(boards: list[Board]) -> None:
    from clustrix.cli.output import show

    for board in boards:
        board.refresh(time.monotonic())
        show(board.shown(1000))
    if any(board.error for board in boards):
        sys.exit(EXIT_NOT_RUN)


def _watch(boards: list[Board]) -> None:
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    from clustrix.cli.output import console

    screen = console()
    ending = Text("Ctrl-C leaves; jobs go on", style="dim")
    with Live(console=screen, screen=True, auto_refresh=False, redirect_stdout=False) as live:
        try:
            while True:
                for board in boards:
                    board.refresh(time.monotonic())
                lines = (screen.size.height - _OTHER_LINES) // len(boards) - 1
                live.update(Harmless(Group(*(board.shown(lines) for board in boards), ending)), refresh=True)
                time.sleep(REFRESH_SECONDS)
        except KeyboardInterrupt:
            return
