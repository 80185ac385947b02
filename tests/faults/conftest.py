"""A real cluster that things go wrong on, and clients that can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from testbed import Testbed
from testbed.processes import wait_until

from clustrix.connection import close_all
from tests.slurm.conftest import cluster  # noqa: F401

ROOT = Path(__file__).parents[2]
HOME = "/home/alice"


@dataclass
class Client:
    """A program of a person at the laptop, in a process of its own that leads a process group."""

    process: subprocess.Popen[str]
    state: Path

    def key(self) -> str:
        """The key of the job that it has submitted, from the list that it keeps."""
        path = self.state / "clustrix" / "jobs.jsonl"
        wait_until(lambda: path.exists() and path.read_text().endswith("\n"), 60, "it has written down its job")
        return str(json.loads(path.read_text().splitlines()[-1])["key"])

    def kill(self) -> None:
        """As the kernel does when memory is short; ssh, its child, is left alone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=60)

    def wait_killed(self) -> None:
        """Wait until it has killed itself, and see that it was so."""
        told = self.process.communicate(timeout=60)
        assert self.process.returncode == -signal.SIGKILL, told


@pytest.fixture
def client(testbed: Testbed, tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """``client("code")``: start a program that imports clustrix and the tests' functions."""
    started: list[Client] = []

    def start(code: str, **variables: str) -> Client:
        state = tmp_path / f"state{len(started)}"
        words = {"CLUSTRIX_CLUSTER_HOST": "hpc", "CLUSTRIX_SSH_CONFIG": str(testbed.ssh_config)}
        words |= {"CLUSTRIX_ENVIRONMENT": "none", "XDG_STATE_HOME": str(state)}
        paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, **words, "PYTHONPATH": paths, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(Client(process, state))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


class Remote:
    """What a test looks at on the cluster, past ssh."""

    def __init__(self, testbed: Testbed) -> None:
        self.testbed = testbed

    def path(self, name: str) -> Path:
        """A file in alice's home."""
        return self.testbed.path("login", f"{HOME}/{name}")

    def job(self, key: str) -> Path:
        return self.path(f".clustrix/jobs/{key}")

    def pids(self, pattern: str) -> list[str]:
        """alice's processes on the login node whose command line matches."""
        told = self.testbed.exec("login", ["pgrep", "-u", "alice", "-f", pattern], check=False)
        return told.stdout.split()

    def agents(self) -> list[str]:
        return self.pids("^[^ ]*python.*clustrix-agent")

    def kill(self, *pids: str) -> None:
        self.testbed.exec("login", ["kill", "-KILL", *pids], check=False)

    def runs(self, mark: str) -> int:
        """How often ``on_nodes.count_runs`` has been run with this file."""
        path = self.path(mark)
        return path.read_text().count("ran") if path.exists() else 0

    def states(self, job_id: str) -> list[str]:
        """How the scheduler says that a job stands; nothing if it does not know it."""
        return self.testbed.exec("login", ["squeue", "-h", "-j", job_id, "-o", "%T"], check=False).stdout.split()

    def queue(self) -> list[str]:
        """The ids of alice's jobs that have not ended."""
        return self.testbed.exec("login", ["squeue", "-h", "-u", "alice", "-o", "%A"]).stdout.split()


@pytest.fixture
def remote(testbed: Testbed) -> Remote:
    return Remote(testbed)


@pytest.fixture
def untouched(remote):
    """An account in which nobody has called anything yet."""
    close_all()
    remote.testbed.exec("login", ["rm", "-rf", "/home/alice/.clustrix"])
