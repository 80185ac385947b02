"""The command as a person runs it: a process of its own each time, a home of its own for the whole test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from testbed import Testbed

SCRIPT = """
    import os, time
    from pathlib import Path

    def add(x, y=1):
        print("adding")
        return x + y

    def fail():
        raise ValueError("no good")

    def die():
        os._exit(3)

    def leave(name="plot.png"):
        Path("plots").mkdir()
        Path("plots", name).write_bytes(b"a picture")
        Path("notes.txt").write_text("a note")
        return "left"

    def until(path):
        print("begun", flush=True)
        while not Path(path).exists():
            time.sleep(0.02)
        print("went on")
        return "the end"

    def host():
        return os.uname()[1]
"""


@dataclass(frozen=True)
class Said:
    """What a run of the command gave."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Command:
    """Runs ``clustrix``; what is submitted is remembered in the test's folder alone."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLUSTRIX", "XDG", "COLUMN"))}
        homes = {"HOME": folder, "XDG_STATE_HOME": folder / "state", "XDG_CONFIG_HOME": folder / "config"}
        self.environment = {
            **kept,
            **{name: str(path) for name, path in homes.items()},
            "COLUMNS": "80",
            "NO_COLOR": "1",
            "CLUSTRIX_ENVIRONMENT": "none",
            **variables,
        }

    def __call__(self, *words: str, answers: str = "", limit_seconds: float = 60) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "clustrix.cli", *words],
            cwd=self.folder,
            env=self.environment,
            input=answers,
            capture_output=True,
            text=True,
            timeout=limit_seconds,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Run it without waiting."""
        return subprocess.Popen(
            [sys.executable, "-m", "clustrix.cli", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def submit(self, call: str, settings: str = "") -> str:
        """Submit a call of the script from another process, which leaves at once; returns the job's key."""
        code = f"import clustrix, script; print(clustrix.cluster(script.{call.partition('(')[0]}{settings})"
        code += f".submit({call.partition('(')[2]}.key)"
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def rows(self) -> list[dict]:
        return [row for cluster in self("status", "--json").json["clusters"] for row in cluster["jobs"]]


@pytest.fixture
def clustrix(tmp_path: Path) -> Command:
    """Return the command, with a cluster on this machine."""
    return make_command(
        tmp_path, {"CLUSTRIX_CLUSTER_TYPE": "local", "CLUSTRIX_REMOTE_WORK_DIR": str(tmp_path / "work")}
    )


@pytest.fixture
def far(tmp_path: Path, testbed: Testbed) -> Iterator[Command]:
    """Return the command, with nothing configured but the test cluster's ssh_config."""
    yield make_command(tmp_path, {"CLUSTRIX_SSH_CONFIG": str(testbed.ssh_config)})
    testbed.exec("login", ["scancel", "-u", "alice"], check=False)
    testbed.exec("login", ["rm", "-rf", "/home/alice/.clustrix/jobs"], check=False)


def make_command(folder: Path, variables: dict[str, str]) -> Command:
    (folder / "script.py").write_text(textwrap.dedent(SCRIPT))
    (folder / "work").mkdir()
    return Command(folder, variables)


def wait_for(condition: Callable[[], object], limit_seconds: float = 20.0) -> None:
    deadline = time.monotonic() + limit_seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def keys_in(text: str) -> list[str]:
    return re.findall(r"\b[a-z]+-[0-9a-f]{10}\b", text)
