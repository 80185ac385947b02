"""What a job asks for, as options of sbatch: each one checked and quoted."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

from clustrix.errors import ConfigError
from clustrix.resources import format_time

if TYPE_CHECKING:
    from clustrix.jobs import JobSpec

#: Options that clustrix sets itself, so that the answer comes home.
_OURS = frozenset(
    {"array", "chdir", "D", "error", "e", "export", "input", "i", "job-name", "J", "open-mode", "output", "o"}
)
_OURS_TOO = frozenset(
    {"parsable", "wrap", "wait", "W", "help", "h", "usage", "version", "V", "test-only", "clusters", "M"}
)
_OPTION = re.compile(r"[A-Za-z]|[a-z][a-z0-9-]+")
_SAFE_VALUE = re.compile(r"[\w@%+=:,./\[\]*&|()-]+", re.ASCII)


def job_name(spec: JobSpec) -> str:
    """The name in squeue's list: the function's, then the key, by which the job is found again.

    Commas would make two names of one in ``squeue --name``.
    """
    name = spec.key if spec.key.startswith(spec.name) else f"{spec.name}-{spec.key}"
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def directives(spec: JobSpec) -> list[str]:
    """The ``#SBATCH`` options of a job, each one checked and quoted."""
    wanted = spec.resources
    options: dict[str, str | int | float | bool | None] = {
        "cpus-per-task": wanted.cores,
        # Slurm counts memory in MiB ("M"), and rounds time up to minutes.
        "mem": None if wanted.memory_bytes is None else f"{ceil(wanted.memory_bytes / 2**20)}M",
        "time": None if wanted.walltime_seconds is None else format_time(wanted.walltime_seconds),
        "partition": wanted.partition,
        "account": wanted.account,
        "qos": wanted.qos,
        "gres": gres(wanted.gpus, wanted.gpu_type),
        "nodes": wanted.nodes,
        "constraint": wanted.constraint,
        "dependency": dependency(wanted.dependency),
        # Slurm would run a job again after a dead node; a call may have had effects, so only where somebody asks for
        # it.
        "no-requeue": not wanted.extra.get("requeue"),
    }
    for name, value in wanted.extra.items():
        options[_checked_option(name)] = value
    ours = {
        "job-name": job_name(spec),
        # Relative to the job's folder, where sbatch is run.
        "output": "logs/%a.log" if spec.tasks > 1 else "logs/0.log",
        "open-mode": "append",
        "array": array(spec.tasks, wanted.max_parallel),
    }
    return [line for name, value in {**ours, **options}.items() if (line := directive(name, value))]


def directive(name: str, value: str | int | float | bool | None) -> str:
    r"""``--name=value``; empty where nothing is asked for. Raises ConfigError for a value that cannot be one line.

    >>> directive("comment", 'of 5" and #1')
    '--comment="of 5\\" and #1"'
    """
    if value is None or value is False:
        return ""
    dashes = "-" if len(name) == 1 else "--"
    if value is True:
        return f"{dashes}{name}"
    text = str(value)
    if not text.isprintable() or not text:
        raise ConfigError(f"{text!r} cannot be the value of Slurm's option {name!r}", hint="one line of printable text")
    if not _SAFE_VALUE.fullmatch(text):
        # Tried with sbatch 22.05: within double quotes only backslash and quote are special, and # begins no comment.
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{dashes}{name}={text}" if len(name) > 1 else f"{dashes}{name} {text}"


def gres(count: int | None, kind: str | None) -> str | None:
    """GPUs per node as a generic resource: ``--gpus`` came only with 19.05 and needs cons_tres."""
    if not count:
        return None
    return f"gpu:{kind}:{count}" if kind else f"gpu:{count}"


def array(tasks: int, max_parallel: int | None) -> str | None:
    """Tasks are numbered from 0, because MaxArraySize caps the number, not the count."""
    if tasks <= 1:
        return None
    return f"0-{tasks - 1}" + (f"%{max_parallel}" if max_parallel else "")


def dependency(text: str | None) -> str | None:
    """``"48213"`` means after its success; anything else is Slurm's own language (``afterany:48213``)."""
    return f"afterok:{text.replace(',', ':')}" if text and re.fullmatch(r"\d+(_\d+)?([:,]\d+(_\d+)?)*", text) else text


def _checked_option(name: str) -> str:
    option = name.lstrip("-").replace("_", "-")
    if not _OPTION.fullmatch(option):
        raise ConfigError(
            f"{name!r} is not an option of sbatch", hint="slurm={'mail-type': 'END'}, without dashes before it"
        )
    if option in _OURS or option in _OURS_TOO:
        raise ConfigError(f"Slurm's option {name!r} is set by clustrix itself, so that the value comes back")
    return option
