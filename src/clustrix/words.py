"""The words of a configuration: which there are, what each may hold, and how it is read from an environment variable.

The same words serve ``@cluster(..)``, ``.options(..)``, ``configure(..)``, ``ClusterConfig(..)``, ``config.toml``,
``pyproject.toml`` and ``CLUSTRIX_*`` variables, so that what is learnt in one place holds in all. A ``Layer`` is
what one such place says, already checked.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias, TypedDict

from clustrix import word_checks as checks
from clustrix.errors import ConfigError
from clustrix.retries import check_retries
from clustrix.word_checks import ClusterType, nearest_name

#: Other names that people know, and the word that each stands for.
ALIASES = {"queue": "partition"}
#: What people look for under a name that cannot be a word, and where it is.
ELSEWHERE = {
    "array": "f.map(items) makes array jobs; max_parallel=8 limits how many tasks run at once",
    "password": "a key file or an ssh agent; clustrix starts your own ssh, which may ask for a password itself",
    "parallel": "f.map(items) for many calls at once",
}

_PathText: TypeAlias = str | os.PathLike[str]
_Names: TypeAlias = Sequence[str]  # one text stands for a list of one


class Words(TypedDict, total=False):
    """Every word with its type, for editors and type checkers. ``None`` means: clustrix's own default."""

    cluster: str | None
    cluster_type: ClusterType | None
    cluster_host: str | _Names | None
    cluster_port: int | None
    username: str | None
    key_file: _PathText | None
    ssh_config: _PathText | None
    ssh_options: _Names | Mapping[str, str | int] | None
    remote_work_dir: str | None
    local_work_dir: _PathText | None
    cleanup_on_success: bool | None
    python_executable: _PathText | None
    environment: _PathText | _Names | None
    python_version: str | None
    python_folders: _Names | None
    strict_versions: bool | None
    module_loads: _Names | None
    environment_variables: Mapping[str, str | None] | _Names | None
    pre_execution_commands: _Names | None
    include: _Names | None
    exclude: _Names | None
    packages: _Names | None
    data: _Names | None
    cores: int | None
    memory: str | None
    time: str | timedelta | None
    partition: str | None
    queue: str | None
    account: str | None
    qos: str | None
    gpus: int | str | None
    nodes: int | None
    constraint: str | None
    name: str | None
    dependency: str | None
    max_parallel: int | None
    retries: int | Mapping[str, int] | None
    slurm: Mapping[str, str | int | float | bool] | None
    sge: Mapping[str, str | int | float | bool] | None
    pbs: Mapping[str, str | int | float | bool] | None
    lsf: Mapping[str, str | int | float | bool] | None


@dataclass(frozen=True)
class Layer:
    """What one place says: ``source`` names it in messages; ``clusters`` are its ``[clusters.NAME]`` tables."""

    source: str
    words: Mapping[str, Any] = field(default_factory=dict)
    clusters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str, words: Mapping[str, Any]) -> Layer:
        """A layer of checked words; raises ConfigError, naming ``source``, for one that is unknown or senseless."""
        return cls(source, check_words(words, source))


def caller() -> str:
    """``file:line`` of the nearest code that is not clustrix's own, for messages."""
    frame = sys._getframe(1)  # noqa: SLF001  # inspect.stack() reads files and takes milliseconds
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in ("clustrix", "contextlib"):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def check_words(words: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The words under their own names, their values in one form; raises ConfigError with ``source`` as its place."""
    checked: dict[str, Any] = {}
    for given, value in words.items():
        name = ALIASES.get(given, given)
        if name in checked:
            raise ConfigError(
                f"{given!r} and {name!r} are the same and are both given", where=source, hint="keep one of them"
            )
        checked[name] = check_word(name, value, source)
    return checked


def check_word(name: str, value: Any, source: str) -> Any:
    """The value of one word in its one form, or ConfigError with ``source`` as its place."""
    if name not in _CHECKS:
        raise unknown_word(name, source)
    if value is None:
        return None
    try:
        return _CHECKS[name](name, value)
    except ConfigError as error:
        raise ConfigError(error.what, where=source, hint=error.hint) from None


def unknown_word(name: str, source: str, *, spelled: Callable[[str], str] = str) -> ConfigError:
    """The error for a word that does not exist, with the nearest that does; ``spelled`` writes a word as there."""
    if name in ELSEWHERE:
        hint = ELSEWHERE[name]
    else:
        nearest = nearest_name(name, [*_CHECKS, *ALIASES])
        hint = (
            f"did you mean {spelled(nearest)}?"
            if nearest
            else "one of " + ", ".join(spelled(known) for known in sorted(_CHECKS))
        )
    return ConfigError(f"{spelled(name)!r} is no parameter of clustrix", where=source, hint=hint)


def read_text(name: str, text: str, source: str) -> Any:
    """The value of a word written as text (an environment variable, the command line); ConfigError if it cannot be.

    ``[..]`` and ``{..}`` are TOML; other lists are divided at commas, except commands, where it may have a meaning.

    >>> read_text("module_loads", "gcc/12, python/3.11", "CLUSTRIX_MODULE_LOADS")
    ('gcc/12', 'python/3.11')
    """
    check: Any = _CHECKS[name]
    value: Any = text.strip()
    if value.startswith(("[", "{")) and check is not checks.check_text:
        import tomllib

        try:
            value = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(
                f"{name}={text!r} is not TOML: {error}", where=source, hint=f'{name}=["a", "b"]'
            ) from None
    elif check in (checks.check_count, checks.check_port, check_retries) and re.fullmatch(r"-?\d{1,18}", value):
        value = int(value)
    elif check is checks.check_flag and value.lower() in checks.FLAGS:
        value = checks.FLAGS[value.lower()]
    elif check in (checks.check_names, checks.check_table, checks.check_variables) and name != "pre_execution_commands":
        value = [part.strip() for part in value.split(",") if part.strip()]
    return check_word(name, value, source)


def read_setting(text: str, source: str) -> tuple[str, Any]:
    """The word and its value of ``"memory=16GB"``, as a command line has it; raises ConfigError.

    >>> read_setting("queue=short", "--set")
    ('partition', 'short')
    """
    given, equals, value = text.partition("=")
    name = ALIASES.get(given.strip(), given.strip())
    if not equals:
        raise ConfigError(f"{text!r} has no value", where=source, hint=f"{source} memory=16GB")
    if name not in _CHECKS:
        raise unknown_word(name, source)
    return name, read_text(name, value, source)


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("cluster", "partition", "account", "qos", "constraint", "name", "dependency"), checks.check_text),
    "cluster_host": checks.check_hosts,
    "username": checks.check_host,
    **dict.fromkeys(("key_file", "ssh_config", "local_work_dir"), checks.check_local_path),
    **dict.fromkeys(("remote_work_dir", "python_executable"), checks.check_remote_path),
    **dict.fromkeys(("module_loads", "python_folders", "include", "exclude", "packages", "data"), checks.check_names),
    **dict.fromkeys(("cores", "nodes", "max_parallel"), checks.check_count),
    "cluster_type": checks.check_choice,
    "cluster_port": checks.check_port,
    "ssh_options": checks.check_ssh_options,
    **dict.fromkeys(("cleanup_on_success", "strict_versions"), checks.check_flag),
    "python_version": checks.check_python_version,
    "environment": checks.check_environment,
    "environment_variables": checks.check_variables,
    "pre_execution_commands": checks.check_commands,
    "memory": checks.check_memory,
    "retries": check_retries,
    "time": checks.check_time,
    "gpus": checks.check_gpus,
    **dict.fromkeys(("slurm", "sge", "pbs", "lsf"), checks.check_table),
}
#: Words whose tables are joined key by key when two places say them; all others replace.
JOINED = frozenset({"environment_variables", "slurm", "sge", "pbs", "lsf"})
WORDS = tuple(_CHECKS)
