"""Names, numbers and options of jobs as all schedulers take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clustrix.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clustrix.jobs import JobSpec


def job_name(spec: JobSpec) -> str:
    """The job's name in the scheduler's list: a letter first, then the function's name and the key that finds it again.

    Grid Engine and PBS refuse a name that begins with a digit.
    """
    name = spec.key if spec.key.startswith(spec.name) else f"{spec.name}-{spec.key}"
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return safe if safe[:1].isalpha() else f"j{safe}"


def ordered_ids(job_ids: Iterable[str], pattern: str = r"\d+") -> list[str]:
    """The ids, each once; ValueError for what no scheduler gave us.

    >>> ordered_ids(["7", "8", "7"])
    ['7', '8']
    """
    for job_id in job_ids:
        if not re.fullmatch(pattern, job_id, re.ASCII):
            raise ValueError(f"not a job id: {job_id!r}")
    return list(dict.fromkeys(job_ids))


def short_name(spec: JobSpec) -> str:
    """The job's name for schedulers that take 15 characters: the function's beginning and the key's random part.

    PBS Pro before 13 and Torque before 4 refuse more.
    """
    random_part = spec.key.rpartition("-")[2][-10:]
    return f"{job_name(spec)[: 14 - len(random_part)].rstrip('-')}-{random_part}"


def option_words(extra: Mapping[str, str | int | float | bool], ours: frozenset[str], command: str) -> list[str]:
    """A table of further options as words of a command. ConfigError for what is no option, or is clustrix's own.

    >>> option_words({"m": "abe", "x": True, "r": False}, frozenset(), "qsub")
    ['-m', 'abe', '-x']
    """
    words: list[str] = []
    for name, value in extra.items():
        option, text = name.lstrip("-"), str(value)
        if not re.fullmatch(r"[A-Za-z][\w-]*", option, re.ASCII):
            raise ConfigError(f"{name!r} is not an option of {command}", hint='a name without dashes: {"l": ".."}')
        if option in ours:
            raise ConfigError(f"{command}'s option {name!r} is set by clustrix itself, so that the value comes back")
        if not text.isprintable() or not text:
            raise ConfigError(f"{text!r} cannot be the value of {command}'s option {name!r}", hint="one line of text")
        if value is not False:
            words += [f"-{option}"] if value is True else [f"-{option}", text]
    return words


def refused(word: str, value: object, scheduler: str, hint: str) -> None:
    """Raise ConfigError if ``value`` was asked for: this scheduler has no such thing."""
    if value is not None:
        raise ConfigError(f"{word}={value!r} cannot be said to {scheduler}", hint=hint)


def shell_argv(text: str, *words: str) -> list[str]:
    """A command that runs a constant piece of shell; what varies comes as ``$1``, ``$2`` .."""
    return ["sh", "-c", text, "clustrix", *words]
