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
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any, Literal, TypeAlias, TypedDict

from clustrix import resources
from clustrix.errors import ConfigError

ClusterType: TypeAlias = Literal["auto", "local", "ssh", "slurm", "pbs", "sge"]
CLUSTER_TYPES: tuple[ClusterType, ...] = ("auto", "local", "ssh", "slurm", "pbs", "sge")
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
    cluster_host: str | None
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
    slurm: Mapping[str, str | int | float | bool] | None


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


def nearest_name(name: str, known: list[str]) -> str | None:
    """The one of ``known`` that ``name`` was probably meant to be."""
    from difflib import get_close_matches

    matches = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    if matches:
        return matches[0]
    parts = [word for word in known if len(name) > 2 and (name.lower() in word or word in name.lower())]
    return parts[0] if parts else None


def read_text(name: str, text: str, source: str) -> Any:
    """The value of a word written as text (an environment variable, the command line); ConfigError if it cannot be.

    ``[..]`` and ``{..}`` are TOML; other lists are divided at commas, except commands, where it may have a meaning.

    >>> read_text("module_loads", "gcc/12, python/3.11", "CLUSTRIX_MODULE_LOADS")
    ('gcc/12', 'python/3.11')
    """
    check: Any = _CHECKS[name]
    value: Any = text.strip()
    if value.startswith(("[", "{")) and check is not _text:
        import tomllib

        try:
            value = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(
                f"{name}={text!r} is not TOML: {error}", where=source, hint=f'{name}=["a", "b"]'
            ) from None
    elif check in (_count, _port) and re.fullmatch(r"-?\d{1,18}", value):
        value = int(value)
    elif check is _flag and value.lower() in _FLAGS:
        value = _FLAGS[value.lower()]
    elif check in (_names, _table, _variables) and name != "pre_execution_commands":
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


# ------------------------------------------------------------------------------------------- what a word may hold


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{name}={value!r} is not a text", hint=f'{name}="..."')
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ConfigError(f"{name}={value!r} has a line break or another control character in it", hint="take it out")
    return value.strip()


def _host(name: str, value: Any) -> str:
    host = _text(name, value)
    # ssh would take it for an option.
    if host.startswith("-") or any(character.isspace() for character in host):
        raise ConfigError(f"{name}={value!r} cannot be passed to ssh", hint=f'{name}="login.hpc.edu"')
    return host


def _local_path(name: str, value: Any) -> str:
    return os.path.expanduser(_remote_path(name, value))


def _remote_path(name: str, value: Any) -> str:
    return _text(name, os.fspath(value) if isinstance(value, os.PathLike) else value)


def _choice(name: str, value: Any) -> str:
    if value in CLUSTER_TYPES:
        return str(value)
    nearest = nearest_name(str(value), list(CLUSTER_TYPES))
    hint = f'did you mean "{nearest}"? ' if nearest else ""
    raise ConfigError(
        f"{name}={value!r} is not known", hint=hint + "one of " + ", ".join(f'"{known}"' for known in CLUSTER_TYPES)
    )


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ConfigError(f"{name}={value!r} is neither true nor false", hint=f"{name}=True")


def _count(name: str, value: Any) -> int:
    return resources.parse_count(name, value)


def _port(name: str, value: Any) -> int:
    port = resources.parse_count(name, value)
    if port > 65535:
        raise ConfigError(f"{name}={value!r} is not the number of a port", hint=f"{name}=22")
    return port


def _memory(name: str, value: Any) -> str:
    resources.parse_memory(value)
    return str(value).strip()


def _time(name: str, value: Any) -> str | timedelta:
    if isinstance(value, time_of_day):  # TOML reads an unquoted 02:00:00 as the time of a day
        value = value.isoformat(timespec="seconds")
    resources.parse_time(value)
    return value if isinstance(value, timedelta) else str(value).strip()


def _gpus(name: str, value: Any) -> int | str:
    count, kind = resources.parse_gpus(value)
    return f"{kind}:{count}" if kind else count


def _names(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str | os.PathLike):
        value = [value]
    if not isinstance(value, list | tuple | set | frozenset):
        raise ConfigError(f"{name}={value!r} is not a list of texts", hint=f'{name}=["..."]')
    ordered = sorted(value) if isinstance(value, set | frozenset) else value
    return tuple(_remote_path(name, item) for item in ordered)


def _commands(name: str, value: Any) -> tuple[str, ...]:
    commands = [value] if isinstance(value, str) else value
    if not isinstance(commands, list | tuple) or not all(
        isinstance(command, str) and "\0" not in command for command in commands
    ):
        raise ConfigError(f"{name}={value!r} is not a list of shell commands", hint=f'{name}=["ulimit -s unlimited"]')
    return tuple(commands)


def _environment(name: str, value: Any) -> str | tuple[str, ...] | None:
    if isinstance(value, str | os.PathLike):
        path = _remote_path(name, value)
        return None if path.lower() == "none" else path
    return _names(name, value)


def _ssh_options(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        value = [f"{option}={setting}" for option, setting in value.items()]
    options = _names(name, value)
    for option in options:
        if not re.match(r"[A-Za-z]\w*\s*[= ]\s*\S", option):
            raise ConfigError(
                f"{name} has {option!r}, which is not an option of ssh_config", hint=f'{name}=["ConnectTimeout=10"]'
            )
    return options


def _variables(name: str, value: Any) -> dict[str, str | None]:
    """Names and values; None stands for the value here at the time of the call, and a bare name for that."""
    if not isinstance(value, Mapping):
        value = dict.fromkeys(_names(name, value))
    for variable, text in value.items():
        if not isinstance(variable, str) or not re.fullmatch(r"[A-Za-z_]\w*", variable, re.ASCII):
            raise ConfigError(
                f"{name} has {variable!r}, which cannot name a variable", hint=f'{name}={{"OMP_NUM_THREADS": "4"}}'
            )
        if not (text is None or isinstance(text, str | int | float)) or "\0" in str(text):
            raise ConfigError(
                f"{name} gives {variable} the value {text!r}, which is not a text",
                hint=f'{name}={{"{variable}": "..."}}',
            )
    return {variable: None if text is None else str(text) for variable, text in value.items()}


def _table(name: str, value: Any) -> dict[str, str | int | float | bool]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{name}={value!r} is not a table of options", hint=f'{name}={{"constraint": "avx512"}}')
    table: dict[str, str | int | float | bool] = {}
    for option, setting in value.items():
        if not isinstance(option, str) or not re.fullmatch(r"(--)?[A-Za-z][\w-]*|-[A-Za-z]", option, re.ASCII):
            raise ConfigError(
                f"{name} has {option!r}, which cannot name an option", hint=f'{name}={{"constraint": "avx512"}}'
            )
        if not isinstance(setting, str | int | float):
            raise ConfigError(
                f"{name} gives {option} the value {setting!r}",
                hint="a text, a number, or True for an option without a value",
            )
        table[option.lstrip("-")] = _text(f"{name}[{option!r}]", setting) if isinstance(setting, str) else setting
    return table


_FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("cluster", "partition", "account", "qos", "constraint", "name", "dependency"), _text),
    **dict.fromkeys(("cluster_host", "username"), _host),
    **dict.fromkeys(("key_file", "ssh_config", "local_work_dir"), _local_path),
    **dict.fromkeys(("remote_work_dir", "python_executable"), _remote_path),
    **dict.fromkeys(("module_loads", "include", "exclude", "packages", "data"), _names),
    **dict.fromkeys(("cores", "nodes", "max_parallel"), _count),
    "cluster_type": _choice,
    "cluster_port": _port,
    "ssh_options": _ssh_options,
    "cleanup_on_success": _flag,
    "environment": _environment,
    "environment_variables": _variables,
    "pre_execution_commands": _commands,
    "memory": _memory,
    "time": _time,
    "gpus": _gpus,
    "slurm": _table,
}
#: Words whose tables are joined key by key when two places say them; all others replace.
JOINED = frozenset({"environment_variables", "slurm"})
WORDS = tuple(_CHECKS)
