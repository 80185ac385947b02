"""Starting programs, and knowing later which processes are ours."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

# Nothing of the caller's environment reaches the cluster: a test must not pass because of a variable set on the laptop.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}

T = TypeVar("T")
Completed = subprocess.CompletedProcess[str]


class TestbedError(Exception):
    """The testbed cannot do what it was asked to; the message says what happened, where, and what to do."""

    __test__ = False  # pytest: not a class of tests


def run(*command: str | Path, input: str | None = None, check: bool = True, timeout: float | None = 60) -> Completed:
    """Run a program to its end with a clean environment and give what it printed."""
    words = [str(word) for word in command]
    stdin = None if input is not None else subprocess.DEVNULL
    try:
        done = subprocess.run(
            words,
            input=input,
            stdin=stdin,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TestbedError(f"still running after {timeout} s: {' '.join(words)}") from error
    if check and done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise TestbedError(f"failed with {done.returncode}: {' '.join(words)}\n{said}")
    return done


def interactive(command: Sequence[str]) -> int:
    """Run a program on this terminal and give its exit status."""
    return subprocess.run(command, check=False).returncode


def spawn(command: Sequence[str | Path], log: Path) -> None:
    """Start a program that outlives us: own session, nothing inherited, all that it prints goes to the log.

    `setsid --fork` makes it a child of the machine's init, so that nobody here has to wait for it.
    """
    with log.open("a") as out:
        words = ["setsid", "--fork", *map(str, command)]
        subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=ENVIRONMENT, check=True)


def wait_until(condition: Callable[[], T | None], limit: float, what: str, hint: str = "", every: float = 0.01) -> T:
    """Ask again until the condition holds, and give its value; after `limit` seconds say what did not come true."""
    deadline = time.monotonic() + limit
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TestbedError(f"{what}: not within {limit:g} s" + (f"; {hint}" if hint else ""))
        time.sleep(every)
    return value


def start_time(pid: int) -> int | None:
    """When a process began, in clock ticks since boot; None when there is no such process or it is a zombie.

    The number is the reader's: a time namespace shifts it. So only the laptop's side ever reads or writes it.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


@dataclass(frozen=True)
class PidFile:
    """A file that holds the pid and the start time of one process of ours: a pid that was reused is never touched."""

    path: Path

    @property
    def announcement(self) -> Path:
        """Where the process itself says its pid (as the laptop counts) when it begins."""
        return self.path.with_name(f"{self.path.name}.announced")

    def adopt(self, limit: float = 10) -> int:
        """Wait until the process has said its pid, and remember it together with its start time."""

        def announced() -> str:
            text = self.announcement.read_text() if self.announcement.exists() else ""
            return text if text.endswith("\n") else ""

        hint = f"see log/ in {self.path.parents[1]}"
        pid = int(wait_until(announced, limit, f"{self.path.name} did not start", hint))
        self.path.write_text(f"{pid} {start_time(pid)}\n")
        self.announcement.unlink()
        return pid

    def pid(self) -> int | None:
        """The pid, if that very process still runs."""
        try:
            pid, began = map(int, self.path.read_text().split())
        except (FileNotFoundError, ValueError):
            return None
        return pid if start_time(pid) == began else None

    def kill(self, limit: float = 10) -> None:
        """Send SIGKILL and wait for the end. The pid is held open, so the signal cannot hit another process."""
        with suppress(ProcessLookupError):
            if (pid := self.pid()) is not None:
                handle = os.pidfd_open(pid)
                try:
                    if self.pid() == pid:
                        signal.pidfd_send_signal(handle, signal.SIGKILL)
                        select.select([handle], [], [], limit)
                finally:
                    os.close(handle)
        self.path.unlink(missing_ok=True)
        self.announcement.unlink(missing_ok=True)


@contextmanager
def exclusively(name: str, limit: float = 120) -> Iterator[None]:
    """Let one process at a time do this.

    The lock is the name of a socket without a file: the kernel frees it with its holder and nothing is left behind.
    """
    with socket.socket(socket.AF_UNIX) as holder:

        def bound() -> bool:
            try:
                holder.bind(f"\0{name}")
            except OSError:
                return False
            return True

        wait_until(bound, limit, f"another process holds {name}")
        yield
