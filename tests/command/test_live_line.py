"""The live line as a terminal shows it: the command runs in a pseudo-terminal, its bytes are played on a screen."""

import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest

from clustrix.jobs import JobState, JobStatus, Usage
from clustrix.live_line import advice, live_words
from clustrix.resources import Resources

SHOW = """
    import time
    def fit(steps):
        for step in range(steps):
            print("step", step, flush=True)
            time.sleep(0.9)
        return "fitted"
    def bar():
        print("50 %", end="", flush=True)
        time.sleep(1.5)
        print(", 100 %", flush=True)
        time.sleep(0.5)
"""


class Screen:
    """What a person sees: the lines, and each text that the last one ever held."""

    def __init__(self) -> None:
        self.lines = [""]
        self.seen: list[str] = []

    def play(self, text: str) -> None:
        for part in re.findall(r"\x1b\[2K|\x1b\[[0-9;?]*[a-zA-Z]|\r|\n|[^\x1b\r\n]+", text):
            if part == "\n":
                self.lines.append("")
            elif part == "\x1b[2K":
                self.lines[-1] = ""
            elif part not in "\r" and not part.startswith("\x1b"):
                self.lines[-1] += part
                self.seen.append(self.lines[-1])


@pytest.fixture
def watch(clustrix):
    """Run the command in a terminal; gives the screen at its end."""
    import textwrap

    (clustrix.folder / "show.py").write_text(textwrap.dedent(SHOW))

    def run(*words: str) -> Screen:
        master, slave = pty.openpty()
        command = [sys.executable, "-m", "clustrix.cli", *words]
        environment = {**clustrix.environment, "TERM": "xterm"}
        process = subprocess.Popen(
            command,
            cwd=clustrix.folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        screen, deadline = Screen(), time.monotonic() + 30
        while time.monotonic() < deadline and (process.poll() is None or select.select([master], [], [], 0)[0]):
            if select.select([master], [], [], 0.2)[0]:
                try:
                    screen.play(os.read(master, 65536).decode())
                except OSError:  # the other end is closed
                    break
        process.wait(10)
        os.close(master)
        return screen

    return run


def test_the_line_tells_where_it_runs_and_leaves_room_for_what_is_printed(watch):
    screen = watch("run", "show.py:fit", "4", "-s", "memory=2GB")

    lines = [line for line in screen.lines if line]
    assert lines[:4] == ["step 0", "step 1", "step 2", "step 3"]
    assert lines[-1] == "'fitted'"
    assert re.match(r"fit: done on \S+, peak .* of 2 GB  00:0\d", lines[4])
    assert 'memory="256MB" would do' in " ".join(lines[5:-1])
    assert any(re.match(r"fit: job \d+ running on \S+  00:0\d", text) for text in screen.seen)


def test_a_short_call_leaves_no_line_behind(watch):
    assert [line for line in watch("run", "script.py:add", "1").lines if line] == ["adding", "2"]


def test_a_line_that_the_function_has_not_ended_is_not_written_into(watch):
    screen = watch("run", "show.py:bar")

    assert "50 %, 100 %" in screen.lines
    assert not any("50 %" in text and "running" in text for text in screen.seen)


def test_nothing_is_said_where_standard_error_is_no_terminal(clustrix):
    assert clustrix("run", "script.py:add", "1").err == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (JobStatus(JobState.STAGING), "fit: staging 14 KB  00:07"),
        (
            JobStatus(JobState.PENDING, reason="waiting for resources"),
            "fit: job 4711 pending: waiting for resources  00:07",
        ),
        (JobStatus(JobState.RUNNING, node="s17.nodes.hpc.test"), "fit: job 4711 running on s17  00:07"),
    ],
)
def test_each_state_has_its_words(status, words):
    assert live_words("fit", status, "4711", "staging 14 KB", 7) == words


@pytest.mark.parametrize(
    ("asked", "used", "hint"),
    [
        (Resources(memory_bytes=16 << 30), Usage(5 << 30), ""),
        (Resources(memory_bytes=512 << 20), Usage(1 << 20), ""),
        (Resources(memory_bytes=64 << 30), Usage(3 << 30), 'memory="4GB"'),
        (Resources(cores=16), Usage(None, 100.0, 90.0), "cores=2"),
        (Resources(cores=16), Usage(None, 10.0, 9.0), ""),
        (Resources(cores=2), Usage(None, 10.0, 90.0), ""),
        (Resources(), Usage(), ""),
    ],
)
def test_a_hint_is_given_only_where_far_more_was_asked_for_than_used(asked, used, hint):
    assert hint in advice(asked, used) if hint else advice(asked, used) == ""
