"""The line that tells how far a map is."""

from __future__ import annotations

import io

from clustrix import cluster
from clustrix.jobs import JobState
from clustrix.map_progress import progress_text
from tests.map import functions


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_line_tells_done_running_pending_failed_rate_and_end():
    states = [JobState.DONE] * 6 + [JobState.OUT_OF_MEMORY] * 2 + [JobState.RUNNING] + [JobState.PENDING] * 3

    assert progress_text(states, 4.0) == "6 of 12 done, 1 running, 3 pending, 2 failed; 2 a second, 00:00:02 to go"
    assert progress_text([JobState.STAGING], 4.0) == "0 of 1 done, 1 pending"


def test_a_terminal_shows_it_while_somebody_waits_and_it_goes_away(here, tmp_path, monkeypatch):
    monkeypatch.setattr("clustrix.map_progress.DELAY_SECONDS", 0.0)
    monkeypatch.setattr("clustrix.map_progress.TICK_SECONDS", 0.02)

    class Watched(Terminal):
        def write(self, text):
            if "1 of 2 done" in text:
                (tmp_path / "go").touch()
            return super().write(text)

    monkeypatch.setattr("sys.stderr", shown := Watched())
    assert list(cluster(functions.wait_for).map([str(tmp_path / "go")] * 2, [0, 1])) == [0, 1]
    assert "1 of 2 done, 1 running" in shown.getvalue()
    assert shown.getvalue().endswith("\r\x1b[K")


def test_it_is_quiet_where_there_is_no_terminal(here, monkeypatch):
    monkeypatch.setattr("sys.stderr", shown := io.StringIO())

    assert list(cluster(functions.square).map(range(2))) == [0, 1]
    assert shown.getvalue() == ""
