"""Processes of the login node: commands that are run to their end, and detached job scripts that outlive the agent.

``subprocess`` is imported where it is used: it is a third of the agent's start.
"""

import os
import signal
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from typing import Any, Dict, List, Optional, Set  # noqa: F401

#: What one command may answer; more is cut off (a scheduler's listing of 10,000 jobs is about 1 MiB).
MAX_OUTPUT_BYTES = 4 * 1024 * 1024

#: Runs its arguments; kills them, and all they started, when its input ends: when we do, however that comes.
_WITH_US = """\
exec 3<&0
"$@" 3<&- &
command=$!
{ read -r _; kill -KILL 0; } <&3 &
wait "$command"
status=$?
kill -KILL "$!"
exit $status"""

_running = set()  # type: Set[subprocess.Popen[bytes]]
_running_lock = threading.Lock()


def run(
    argv: "List[str]",
    stdin: bytes = b"",
    timeout_seconds: "Optional[float]" = None,
    cwd: "Optional[str]" = None,
    environment: "Optional[Dict[str, str]]" = None,
    ends_with_us: bool = False,
) -> "Dict[str, Any]":
    """Run a command to its end: ``{"returncode", "stdout", "stderr"}``.

    A command that cannot be started raises OSError; one that takes longer than ``timeout_seconds`` is killed with all
    it started, and raises TimeoutError. One that ``ends_with_us`` is killed even if we are; it gets no ``stdin``.
    """
    import subprocess

    process = subprocess.Popen(
        ["sh", "-c", _WITH_US, "sh", *argv] if ends_with_us else argv,
        stdin=subprocess.PIPE if stdin or ends_with_us else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environment,
        start_new_session=True,
    )
    held = process.stdin
    if ends_with_us:
        process.stdin = None  # or communicate() closes it
    with _running_lock:
        _running.add(process)
    try:
        stdout, stderr = process.communicate(stdin or None, timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        _kill_group(process.pid)
        process.communicate()
        raise TimeoutError("{} did not end within {} s".format(argv[0], timeout_seconds)) from None
    finally:
        with _running_lock:
            _running.discard(process)
        if held is not None:
            held.close()
    return {"returncode": process.returncode, "stdout": _text(stdout), "stderr": _text(stderr)}


def _text(output: bytes) -> str:
    return output[:MAX_OUTPUT_BYTES].decode("utf-8", "surrogateescape")


def kill_running() -> None:
    """Kill every command that is still running, with all it started."""
    with _running_lock:
        pids = [process.pid for process in _running]
    for pid in pids:
        _kill_group(pid)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        pass  # it has ended meanwhile


def is_any_in(folder: str) -> bool:
    """Whether a process of ours has ``folder`` as its current folder; False where there is no /proc to tell."""
    where = os.path.realpath(folder)
    try:
        names = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return False
    return any(_current_folder(name) == where for name in names)


def _current_folder(pid: str) -> "Optional[str]":
    try:
        return os.readlink("/proc/{}/cwd".format(pid))
    except OSError:
        return None  # it has ended, or is not ours


class Detached:
    """A process in a session of its own, known by its number and when it started (numbers are used again)."""

    def __init__(self, pid: int, started: "Optional[int]", child: "Optional[subprocess.Popen[bytes]]" = None) -> None:
        self.pid = pid
        self.started = started
        self._child = child

    @classmethod
    def start(
        cls, argv: "List[str]", cwd: "Optional[str]", environment: "Optional[Dict[str, str]]" = None
    ) -> "Detached":
        """Start ``argv`` so that it outlives us and holds none of our files."""
        import subprocess

        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=cwd,
            env=environment,
            start_new_session=True,
        )
        return cls(child.pid, start_time(child.pid), child)

    @property
    def status(self) -> "Optional[int]":
        """How a shell would name its end (128 + signal); ``None`` while it runs and where only init knows."""
        code = self._child.poll() if self._child is not None else None
        return code if code is None or code >= 0 else 128 - code

    def is_alive(self) -> bool:
        """Whether it, or anything that it started and that stayed in its group, is still running."""
        if self._child is not None and self._child.poll() is None:
            return True
        leader = _stat(self.pid)
        if leader is not None and leader.state not in "ZX":
            return leader.started == self.started
        return _group_is_alive(self.pid)

    def signal(self, number: int) -> bool:
        """Send a signal to it and all it started; False if none of them is there any more."""
        if not self.is_alive():
            return False
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return False
        return True


def written_down(process: "Detached") -> "Dict[str, Any]":
    """What is kept of a detached process, for the agents that come after."""
    return {"pid": process.pid, "started": process.started, "host": os.uname().nodename}


def read_down(told: "Optional[Dict[str, Any]]") -> "Optional[Detached]":
    """The process that was written down; None if it is one of another host, which may have the same folders."""
    if not told or told.get("host", os.uname().nodename) != os.uname().nodename:
        return None
    pid = told.get("pid")
    return Detached(pid, told.get("started")) if isinstance(pid, int) and pid > 1 else None


class _Stat:
    """The fields of /proc/<pid>/stat that matter here."""

    def __init__(self, text: str) -> None:
        # The second field is the command's name in parentheses, and may hold spaces and parentheses itself.
        fields = text.rpartition(")")[2].split()
        self.state, self.group, self.started = fields[0], int(fields[2]), int(fields[19])


def _stat(pid: object) -> "Optional[_Stat]":
    try:
        with open("/proc/{}/stat".format(pid), encoding="utf-8", errors="replace") as stream:
            return _Stat(stream.read())
    except (OSError, ValueError, IndexError):
        return None


def was_started_since(moment: object) -> bool:
    """Whether this machine was started after that time of its clock; False where there is no /proc to tell."""
    uptime = uptime_seconds()
    return uptime is not None and isinstance(moment, (int, float)) and time.time() - uptime > moment


def uptime_seconds() -> "Optional[float]":
    """How long this machine has been running; None where there is no /proc to tell."""
    try:
        with open("/proc/uptime", encoding="ascii") as stream:
            return float(stream.read().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def start_time(pid: object) -> "Optional[int]":
    """When a process started, in clock ticks since boot; ``None`` where there is no /proc or no such process."""
    stat = _stat(pid)
    return stat.started if stat is not None else None


def _group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    if not os.path.exists("/proc/self/stat"):
        return True
    # A zombie that nobody waits for still counts for the kernel, not for us.
    stats = (_stat(name) for name in os.listdir("/proc") if name.isdigit())
    return any(stat is not None and stat.group == group and stat.state not in "ZX" for stat in stats)
