"""Examining a cluster step by step: what was tried, what was found, how long it took, and what to do about it.

The steps go from ssh's configuration to a real job on a compute node; the first that fails ends the examination, as the
later ones stand on it.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TooLateError
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from clustrix.connection import link_for, ssh
from clustrix.errors import ClustrixError, JobFailedError
from clustrix.executor import ClusterExecutor
from clustrix.job_places import place_name
from clustrix.live_line import Line
from clustrix.resources import format_memory
from clustrix.schedulers import choose_scheduler
from clustrix.site import Site, look_around
from clustrix.state_words import state_in_words

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig
    from clustrix.connection import Hello
    from clustrix.connection.link import Link

Verdict = Literal["ok", "note", "failed"]

#: How long the job at the end may wait in the queue.
JOB_SECONDS = 120.0
#: Less room than this will not do for long.
_LITTLE_ROOM_BYTES = 1 << 30
_SLOW_SECONDS = 0.5
#: A job that asks for nothing is given whatever the site gives; a short one starts sooner.
_JOB_TIME = "00:05:00"


@dataclass(frozen=True)
class Finding:
    """One step: ``tried``, what was ``found``, the verdict, and a ``hint`` if there is something to do."""

    tried: str
    verdict: Verdict
    found: str
    hint: str = ""
    seconds: float = 0.0


#: What asks a scheduler whether it is there at all: quick, and without a trace.
_GREETINGS = {"slurm": ["sinfo", "-h"], "sge": ["qstat"], "pbs": ["qstat", "-Q"], "lsf": ["bqueues"]}
#: A shell's exit statuses for a program that is not there, or cannot be run.
_NOT_FOUND = (126, 127)


def examine(config: ClusterConfig, *, with_job: bool = True, line: Line | None = None) -> Iterator[Finding]:
    """Examine the cluster of a configuration; each finding is given as soon as it is made.

    ``line`` tells meanwhile what is being tried.
    """
    line = line or Line()
    link = link_for(config)
    steps: list[tuple[str, Callable[[], Finding]]] = []
    if not config.runs_here:
        steps.append(("ssh configuration", lambda: _ssh_configuration(config)))
    steps += [
        ("login", lambda: _login(config, link)),
        ("round trip", lambda: _round_trip(link)),
        ("Python", lambda: _python(link.channel().hello, look_around(link))),
        ("work folder", lambda: _work_folder(link, look_around(link))),
        ("scheduler", lambda: _scheduler(config, link)),
    ]
    if with_job:
        steps.append(("a real job", lambda: _job(config, link.channel().hello, look_around(link), line)))
    for tried, step in steps:
        line.say(f"{tried} ...", now=True)
        finding = _timed(tried, step)
        yield finding
        if finding.verdict == "failed":
            return


def _timed(tried: str, step: Callable[[], Finding]) -> Finding:
    began = time.monotonic()
    try:
        finding = step()
    except ClustrixError as error:
        found = error.what + (f"\n{error.where}" if error.where else "")
        finding = Finding(tried, "failed", found, error.hint)
    except OSError as error:
        finding = Finding(tried, "failed", str(error))
    return replace(finding, tried=tried, seconds=time.monotonic() - began)


def _ok(found: str) -> Finding:
    return Finding("", "ok", found)


def _note(found: str, hint: str) -> Finding:
    return Finding("", "note", found, hint)


def _ssh_configuration(config: ClusterConfig) -> Finding:
    """Where ssh would go, and through what."""
    argv = ssh.ssh_argv(config, "true")
    program = next(number for number, word in enumerate(argv) if word == "-T")
    options = ssh.effective_options([argv[program - 1], *argv[program + 1 : -1]])
    if not options:
        return _note("ssh does not tell (ssh -G)", "nothing, if the login works")
    jump = options.get("proxyjump", "none")
    through = f" through {jump}" if jump != "none" else ""
    port = "" if options.get("port") == "22" else f" port {options.get('port')}"
    return _ok(f"{options.get('user')}@{options.get('hostname')}{port}{through}")


def _login(config: ClusterConfig, link: Link) -> Finding:
    hello = link.channel().hello
    return _ok(f"{hello.user} on {hello.fqdn or hello.hostname}" if not config.runs_here else hello.hostname)


def _round_trip(link: Link) -> Finding:
    times = []
    for _ in range(5):
        began = time.monotonic()
        link.request("packages", {"digests": []})
        times.append(time.monotonic() - began)
    middle = sorted(times)[2]
    if middle > _SLOW_SECONDS:
        return _note(f"{middle * 1000:.0f} ms", "a slow network: every call takes a few of these")
    return _ok(f"{middle * 1000:.0f} ms" if middle >= 0.001 else "under 1 ms")


def _python(hello: Hello, site: Site) -> Finding:
    version = ".".join(map(str, hello.python))
    found = f"{version} ({hello.executable})"
    others = [(path, text) for path, text in site.pythons if path != hello.executable and text != version]
    if others:
        found += f"\nalso {', '.join(text for _, text in others[-6:])} ({others[-1][0]})"
    if site.python_modules:
        found += f"\nmodules {', '.join(site.python_modules[:6])}"
    if hello.python < (3, 8):
        better = others[-1][0] if others else "/path/to/python3"
        return _note(found, f"it is old; python_executable={better!r}, or module_loads=[..], gives a newer one")
    return _ok(found)


def _work_folder(link: Link, site: Site) -> Finding:
    root = link.channel().hello.root
    link.request("put", {"path": f"{site.folder}/.clustrix-check", "mode": 0o600}, b"checked")
    link.request("run", {"argv": ["rm", "-f", f"{site.folder}/.clustrix-check"], "timeout_seconds": 30})
    room = "" if site.free_bytes is None else f", {format_memory(site.free_bytes)} free"
    if site.free_bytes is not None and site.free_bytes < _LITTLE_ROOM_BYTES:
        scratch = f"remote_work_dir={site.scratch[0]!r}" if site.scratch else "remote_work_dir= another file system"
        return _note(f"{root}{room}", f"{scratch}, or clustrix clean")
    return _ok(f"{root}{room}")


def _scheduler(config: ClusterConfig, link: Link) -> Finding:
    """Which scheduler there is, and whether it answers."""
    hello = link.channel().hello
    name = choose_scheduler(config, hello.commands)
    if name in _GREETINGS:
        told = link.request("run", {"argv": _GREETINGS[name], "timeout_seconds": 30.0}).header
        if told.get("returncode") != 0:
            said = str(told.get("stderr") or told.get("stdout") or "").strip().splitlines()
            where = f"{' '.join(_GREETINGS[name])} said: {said[-1] if said else 'nothing'}"
            hint = (
                f'try again later, or ask your administrators; cluster_type="ssh" runs calls on {hello.hostname} itself'
            )
            return Finding("", "failed", f"{name} does not answer\n{where}", hint)
    return scheduler_finding(config, hello, look_around(link))


def scheduler_finding(config: ClusterConfig, hello: Hello, site: Site) -> Finding:
    """Which scheduler there is, and its partitions."""
    name = choose_scheduler(config, hello.commands)
    if name == "process":
        if config.runs_here or config.cluster_type == "ssh":
            return _ok("none: calls run as processes of this machine" if config.runs_here else "none is used")
        return _note(
            "none was found: calls run as processes of the login node itself",
            "module_loads=[..] if its commands come from a module; cluster_type= if you know it",
        )
    if name != "slurm":
        return _ok(name)
    found = f"{name} {site.scheduler_version}".strip()
    if site.partitions:
        found += "\npartitions " + ", ".join(str(partition) for partition in site.partitions)
    return _ok(found)


def _job(config: ClusterConfig, hello: Hello, site: Site, line: Line) -> Finding:
    """Run a function of the standard library on a compute node."""
    config = replace(config, environment=None, time=config.time or _JOB_TIME, name="clustrix-check")
    future = ClusterExecutor(config).submit(platform.node)
    end = time.monotonic() + JOB_SECONDS
    while not future.done() and time.monotonic() < end:
        line.say(f"a real job: {future.job_id or ''} {state_in_words(future.last_status)}, at most {JOB_SECONDS:g} s")
        wait_for([future], line.pause_seconds)
    try:
        node = future.result(0)
    except JobFailedError as error:
        if error.exit_code in _NOT_FOUND:
            error.hint = (
                f"the nodes have no {hello.executable}: python_executable= one that they share, as {_shared(site)}"
            )
        raise
    except TooLateError:
        words = state_in_words(future.status())
        future.cancel()
        return _note(
            f"job {future.job_id} is {words}", f"it was cancelled after {JOB_SECONDS:g} s; try when it is quieter"
        )
    uses_nodes = choose_scheduler(config, hello.commands) != "process"
    where = f"ran on {node}"
    if uses_nodes and node == hello.hostname:
        return _note(f"{where}, the login node", "ask your administrators whether jobs may run there")
    return _ok(where if not future.job_id else f"job {future.job_id} {where}")


def _shared(site: Site) -> str:
    """A Python that the nodes may have, too: not one of the login node's own system."""
    others = [path for path, _ in site.pythons if not path.startswith(("/usr/bin/", "/bin/", "/usr/libexec/"))]
    return others[-1] if others else "/path/to/python3"


def title(config: ClusterConfig) -> str:
    """What is examined."""
    return place_name(config)
