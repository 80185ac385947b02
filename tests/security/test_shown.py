"""What a cluster tells, as people see it: nothing of it is a command to a terminal, markup of rich, or HTML."""

from __future__ import annotations

import io
import os
import pty
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from clustrix import screens
from clustrix.cli import check, files, output
from clustrix.doctor import Finding
from clustrix.endings import Ended, ending_error, tell_place
from clustrix.environments.telling import to_stderr
from clustrix.errors import ClustrixError
from clustrix.job_on_cluster import WorkFile
from clustrix.job_table import JobRow
from clustrix.jobs import JobState, JobStatus, Usage
from clustrix.live_line import leave
from clustrix.notebook import OwnJobs
from clustrix.pictures import job_html, rows_html
from clustrix.progress import ProgressLine
from clustrix.resources import Resources
from clustrix.shown_text import Harmless, harmless
from clustrix.tables import details_of, table_of, table_of_files

#: What a terminal obeys, and what rich and browsers read as more than text.
NASTY = st.sampled_from(
    [
        "\x1b[2J", "\x1b]0;title\a", "\x1b]8;;http://x\x1b\\", "\x9b2J", "\x1bc", "\x1b\x1b[0m[2J", "\a", "\b", "\r", "\x7f", "\0",
        "\u202e", "\u2066", "\u2028", "\udcff", "[red]", "[/]", "[link=http://x]y[/link]", ":boom:", "\\[", "é", "漢",
        "<b>", "</td>", "<script>x</script>", "&lt;", "\"'", "' onload='x", "\n", "\t", " ",
    ]
)  # fmt: skip
TEXTS = st.lists(NASTY | st.characters(), max_size=6).map("".join)
#: All that may follow an escape where our own colours are.
OUR_COLOURS = re.compile(r"\x1b\[[\d;]*m")
FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
STATES = st.sampled_from(list(JobState))


def rows(text: str, state: JobState) -> tuple[JobRow, ...]:
    status = JobStatus(state, text, text, text)
    row = JobRow("job-1", text, status, text, text, folder=text, client=text, created=1.0, tasks=2)
    return replace(row, task_states=(state, state)), replace(row, status=replace(status, reason=""))


def shown_by(text: str, state: JobState) -> list[str]:
    """The text by way of all that prints what clusters tell."""
    both = rows(text, state)
    finding = Finding(text, "note", text, text)
    whats = [table_of(text, both, None), details_of(both[0], text), check._line(finding)]
    whats.append(table_of_files([WorkFile(text, 1, 1.0, text)]))
    error = ClustrixError(text, where=text, hint=text)
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        output.say(text)
        output.tell(text)
        output.tell(error)
        leave(text)
        to_stderr(text)
        with ProgressLine(text, shown=True, stream=said) as line:
            line._next = 0
            line(1, 2)
    ended = ending_error(Ended("job-1", text, Resources(), both[0].status, text))
    noted = ValueError()
    tell_place(noted, text)
    printed = [out.getvalue(), said.getvalue().replace("\r", ""), str(error), str(ended), noted.__notes__[0]]
    return [*map(output.rendered, whats), *printed, repr(OwnJobs(((text, both),), (text,)))]


@given(text=TEXTS, state=STATES)
@settings(deadline=None, max_examples=60)
def test_no_text_of_a_cluster_is_a_command_to_a_terminal(text, state):
    for shown in shown_by(text, state):
        assert not FORBIDDEN.search(shown)


@given(text=TEXTS, state=STATES)
@settings(deadline=None, max_examples=60)
def test_nor_is_it_where_we_set_colours_ourselves(text, state):
    stream = io.StringIO()
    screen = Console(file=stream, force_terminal=True, width=200, highlight=False, emoji=False, markup=False)
    screen.print(Harmless(table_of(text, rows(text, state), None)))

    assert not FORBIDDEN.search(OUR_COLOURS.sub("", stream.getvalue()))


@given(text=TEXTS)
@settings(deadline=None, max_examples=60)
def test_the_live_line_stays_one_line_and_obeys_nobody_else(text):
    with redirect_stderr(io.StringIO()) as stream:
        screens.Terminal().draw(text)
        drawn = stream.getvalue()
        screens.Terminal().leave(text)

    assert "\n" not in drawn
    ours = re.compile(r"\r|\x1b\[2K|\x1b\[[\d;]*m")
    assert not FORBIDDEN.search(ours.sub("", stream.getvalue()))


@pytest.mark.parametrize("name", ["[red]x[/red]", "[/]", ":boom:", "\\[bold]", "[link=http://x]y[/link]"])
def test_markup_in_a_name_is_shown_as_it_is(name):
    shown = shown_by(name, JobState.FAILED)

    assert all(name in text for text in shown)


class Tags(HTMLParser):
    """The tags and their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))

    def handle_endtag(self, tag):
        self.found.append(tag)


class Told:
    """A future, as far as its picture goes."""

    usage: Usage | None = None
    resources = Resources()

    def __init__(self, text: str, state: JobState) -> None:
        self.key = text
        self.job_id: str | None = text
        self.last_status = JobStatus(state, text, text, text)


@given(text=TEXTS, state=STATES)
@settings(deadline=None, max_examples=60)
def test_no_text_of_a_cluster_is_html(text, state):
    for made in (
        lambda said: rows_html(said, rows(said, state)),
        lambda said: OwnJobs(((said, rows(said, state)),), (said,))._repr_html_(),
        lambda said: job_html(Told(said, state)),
    ):
        assert Tags(made(text)).found == Tags(made("x")).found
        assert not FORBIDDEN.search(made(text))


@given(name=TEXTS.filter(lambda name: "\0" not in name))
@settings(deadline=None, max_examples=40)
def test_a_files_name_on_a_terminal_is_only_a_name(name):
    ours, theirs = pty.openpty()
    before = sys.stdout
    try:
        with os.fdopen(theirs, "w", encoding="utf-8") as sys.stdout:
            files._print(name)
            told = os.read(ours, 10_000).decode("utf-8", "surrogateescape")
    finally:
        sys.stdout = before
        os.close(ours)

    assert not FORBIDDEN.search(told.replace("\r\n", "\n"))


@given(text=TEXTS)
def test_what_is_harmless_stays_as_it_is(text):
    assert harmless(harmless(text)) == harmless(text)
    assert harmless(text.encode("ascii", "ignore").decode()).isascii()
