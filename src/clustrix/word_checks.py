"""What each kind of word may hold: a check gives the value in its one form, or raises ConfigError naming right ones."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from clustrix import resources
from clustrix.errors import ConfigError

ClusterType: TypeAlias = Literal["auto", "local", "ssh", "slurm", "sge", "pbs", "lsf"]
CLUSTER_TYPES: tuple[ClusterType, ...] = ("auto", "local", "ssh", "slurm", "sge", "pbs", "lsf")
FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def nearest_name(name: str, known: list[str]) -> str | None:
    """The one of ``known`` that ``name`` was probably meant to be."""
    from difflib import get_close_matches

    matches = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    if matches:
        return matches[0]
    parts = [word for word in known if len(name) > 2 and (name.lower() in word or word in name.lower())]
    return parts[0] if parts else None


def check_text(name: str, value: Any) -> str:
    """One line of text."""
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{name}={value!r} is not a text", hint=f'{name}="..."')
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ConfigError(f"{name}={value!r} has a line break or another control character in it", hint="take it out")
    return value.strip()


def check_host(name: str, value: Any) -> str:
    """What may stand on ssh's command line as a host or user."""
    host = check_text(name, value)
    # ssh would take it for an option.
    if host.startswith("-") or any(character.isspace() for character in host):
        raise ConfigError(f"{name}={value!r} cannot be passed to ssh", hint=f'{name}="login.hpc.edu"')
    return host


def check_hosts(name: str, value: Any) -> str:
    """A host, or several in one text: ``a,b``."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Sequence) or not value:
        raise ConfigError(f"{name}={value!r} is not a host", hint=f'{name}="login.hpc.edu"')
    return ",".join(dict.fromkeys(check_host(name, host) for host in value))


def check_local_path(name: str, value: Any) -> str:
    """A path here, with ``~`` expanded."""
    return os.path.expanduser(check_remote_path(name, value))


def check_remote_path(name: str, value: Any) -> str:
    """A path there, as it is."""
    return check_text(name, os.fspath(value) if isinstance(value, os.PathLike) else value)


def check_choice(name: str, value: Any) -> str:
    """One of CLUSTER_TYPES."""
    if value in CLUSTER_TYPES:
        return str(value)
    nearest = nearest_name(str(value), list(CLUSTER_TYPES))
    hint = f'did you mean "{nearest}"? ' if nearest else ""
    raise ConfigError(
        f"{name}={value!r} is not known", hint=hint + "one of " + ", ".join(f'"{known}"' for known in CLUSTER_TYPES)
    )


def check_flag(name: str, value: Any) -> bool:
    """True or False."""
    if isinstance(value, bool):
        return value
    raise ConfigError(f"{name}={value!r} is neither true nor false", hint=f"{name}=True")


def check_count(name: str, value: Any) -> int:
    """A whole number of at least 1."""
    return resources.parse_count(name, value)


def check_port(name: str, value: Any) -> int:
    """The number of a port."""
    port = resources.parse_count(name, value)
    if port > 65535:
        raise ConfigError(f"{name}={value!r} is not the number of a port", hint=f"{name}=22")
    return port


def check_memory(name: str, value: Any) -> str:
    """An amount of memory with its unit, as it was written."""
    resources.parse_memory_range(value)
    return str(value).strip()


def check_time(name: str, value: Any) -> str | timedelta:
    """A span of time, as it was written."""
    if isinstance(value, time_of_day):  # TOML reads an unquoted 02:00:00 as the time of a day
        value = value.isoformat(timespec="seconds")
    resources.parse_time(value)
    return value if isinstance(value, timedelta) else str(value).strip()


def check_gpus(name: str, value: Any) -> int | str:
    """A number of GPUs, or a kind and a number."""
    count, kind = resources.parse_gpus(value)
    return f"{kind}:{count}" if kind else count


def check_names(name: str, value: Any) -> tuple[str, ...]:
    """A list of texts; one text stands for a list of one."""
    if isinstance(value, str | os.PathLike):
        value = [value]
    if not isinstance(value, list | tuple | set | frozenset):
        raise ConfigError(f"{name}={value!r} is not a list of texts", hint=f'{name}=["..."]')
    ordered = sorted(value) if isinstance(value, set | frozenset) else value
    return tuple(check_remote_path(name, item) for item in ordered)


def check_commands(name: str, value: Any) -> tuple[str, ...]:
    """A list of shell commands; one text stands for a list of one."""
    commands = [value] if isinstance(value, str) else value
    if not isinstance(commands, list | tuple) or not all(
        isinstance(command, str) and "\0" not in command for command in commands
    ):
        raise ConfigError(f"{name}={value!r} is not a list of shell commands", hint=f'{name}=["ulimit -s unlimited"]')
    return tuple(commands)


def check_environment(name: str, value: Any) -> str | tuple[str, ...] | None:
    """A folder, a list of requirements, or None for the interpreter as it is."""
    if isinstance(value, str | os.PathLike):
        path = check_remote_path(name, value)
        return None if path.lower() == "none" else path
    return check_names(name, value)


def check_python_version(name: str, value: Any) -> str:
    """``3.12``, or ``3.12.1``."""
    if isinstance(value, str) and re.fullmatch(r"3\.\d{1,2}(\.\d{1,3})?", value.strip()):
        return value.strip()
    raise ConfigError(f"{name}={value!r} is not the version of a Python", hint=f'{name}="3.12"')


def check_ssh_options(name: str, value: Any) -> tuple[str, ...]:
    """Options as in ssh_config, ``Name=value``."""
    if isinstance(value, Mapping):
        value = [f"{option}={setting}" for option, setting in value.items()]
    options = check_names(name, value)
    for option in options:
        if not re.match(r"[A-Za-z]\w*\s*[= ]\s*\S", option):
            raise ConfigError(
                f"{name} has {option!r}, which is not an option of ssh_config", hint=f'{name}=["ConnectTimeout=10"]'
            )
    return options


def check_variables(name: str, value: Any) -> dict[str, str | None]:
    """Names and values; None stands for the value here at the time of the call, and a bare name for that."""
    if not isinstance(value, Mapping):
        value = dict.fromkeys(check_names(name, value))
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


def check_table(name: str, value: Any) -> dict[str, str | int | float | bool]:
    """Options of a scheduler by name, without dashes."""
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
        table[option.lstrip("-")] = check_text(f"{name}[{option!r}]", setting) if isinstance(setting, str) else setting
    return table
