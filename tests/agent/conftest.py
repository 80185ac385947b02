"""A real agent, spoken to in frames, and scripts that leave what a job leaves."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clustrix_remote import loader, wire
from tests.interpreters import pythons_found

#: What every script of a job begins with here.
PREAMBLE = """\
job=$(pwd)
key=$(basename "$job")
announce() { : >"$job/../../spool/$key.0.$1"; }
"""
#: A script that prints, returns and ends as a job's does.
RETURNS = """\
echo printed >logs/0.log
echo '{"node": "n1", "pid": 7, "time": 1.5}' >outcomes/0.started
announce started
echo the-outcome >outcomes/0
announce outcome
printf '0\\nnode n1\\nended 12\\n' >outcomes/0.exit
announce exit
"""


class Talker:
    """An agent process and the frames that went to and fro."""

    def __init__(self, python: str, folder: Path) -> None:
        command = [python, *loader.PYTHON_FLAGS, "-c", loader.LOADER]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/"
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.stdin.write(loader.payload({"remote_work_dir": str(folder)}))
        self.stdin.flush()
        while loader.parse_marker(self.stdout.readline()) is None:
            pass
        self.hello = self.read()[0]
        self.events: list[tuple[dict[str, Any], bytes]] = []
        self.root = folder / ".clustrix"
        self._ids = itertools.count(1)

    def read(self) -> tuple[dict[str, Any], bytes]:
        frame: tuple[dict[str, Any], bytes] | None = wire.read_frame(self.stdout)
        assert frame is not None, "the agent ended"
        return frame

    def send(self, op: str, body: bytes = b"", **header: Any) -> int:
        number = next(self._ids)
        wire.write_frame(self.stdin, {"id": number, "op": op, **header}, body)
        if number == 1:
            wire.write_frame(self.stdin, *loader.later_modules())
        return number

    def reply(self, number: int) -> tuple[dict[str, Any], bytes]:
        """Return the reply to a request, its pieces joined, and keep the events that came before it."""
        ok: dict[str, Any] = {}
        pieces = b""
        while True:
            header, body = self.read()
            if "event" in header:
                self.events.append((header, body))
            elif header["id"] == number:
                ok.update(header.get("ok", header))
                pieces += body
                if not header.get("more"):
                    return ok, pieces

    def ask(self, op: str, body: bytes = b"", **header: Any) -> dict[str, Any]:
        return self.reply(self.send(op, body, **header))[0]

    def next_event(self) -> tuple[dict[str, Any], bytes]:
        return self.events.pop(0) if self.events else self.read()

    def events_until(self, last: str) -> list[tuple[dict[str, Any], bytes]]:
        seen: list[tuple[dict[str, Any], bytes]] = []
        while not seen or seen[-1][0]["event"] not in (last, "gone"):
            seen.append(self.next_event())
        return seen

    def submit(self, key: str, script: str, **header: Any) -> dict[str, Any]:
        described = {"job": {"tasks": 1}, "argv": None, "script": PREAMBLE + script, **header}
        return self.ask("submit", key=key, **described)

    def end(self) -> int:
        self.stdin.close()
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            self.stdout.close()
            if self.process.stderr is not None:
                self.process.stderr.close()


@pytest.fixture
def start_agent(tmp_path: Path) -> Iterator[Callable[..., Talker]]:
    """Return a function that starts an agent: of the oldest Python here, in a folder of this test, unless told."""
    started: list[Talker] = []
    oldest = next(iter(pythons_found().values()))

    def start(python: str = oldest, folder: Path = tmp_path) -> Talker:
        started.append(Talker(python, folder))
        return started[-1]

    yield start
    for talker in started:
        talker.end()


@pytest.fixture
def agent(start_agent: Callable[..., Talker]) -> Talker:
    return start_agent()
