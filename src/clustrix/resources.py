"""What one call asks of the cluster, and how people write it: ``"16GB"``, ``"02:00:00"``, ``"a100:2"``.

A bare number is refused where tools disagree about the unit: Slurm reads ``--mem=16`` as megabytes and ``--time=30`` as
minutes, others read bytes and seconds. Memory units are powers of 1024, as every scheduler reads them: ``"16GB"``,
``"16G"`` and ``"16GiB"`` are the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any

from clustrix.errors import ConfigError

_MEMORY = re.compile(r"(\d{1,15}(?:\.\d*)?|\.\d+)\s*([kmgtp])(?:i?b)?", re.IGNORECASE | re.ASCII)
_MEMORY_UNITS = "KMGTP"
_CLOCK = re.compile(r"(?:(\d{1,6})-)?(\d{1,6}):(\d{1,6}):(\d{1,6})", re.ASCII)
_DAYS_AND_HOURS = re.compile(r"(\d{1,6})-(\d{1,6})(?::(\d{1,6}))?", re.ASCII)
_DURATION_PART = re.compile(r"(\d{1,9}(?:\.\d*)?|\.\d+)\s*([a-z]+)\s*", re.IGNORECASE | re.ASCII)
_SECONDS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600}
_SECONDS |= {"d": 86400, "day": 86400, "w": 604800, "week": 604800}
_GPUS = re.compile(r"(?:([A-Za-z][\w.-]*):)?(\d{1,6})", re.ASCII)


@dataclass(frozen=True)
class Resources:
    """What one call asks of the cluster, in base units; ``None`` leaves it to the cluster.

    ``cores`` are CPUs of one Python process; ``gpus`` are counted per node and ``gpu_type`` is the site's own word for
    their kind; ``max_parallel`` limits how many tasks of an array run at once; ``most_memory_bytes`` is how far a
    call that ran out of memory may grow; ``extra`` holds options of the scheduler
    by its own names, without dashes (``True`` for an option without a value).

    >>> Resources.from_words(cores=4, memory="16GB", time="2h").memory_bytes // 2**30
    16
    """

    cores: int = 1
    memory_bytes: int | None = None
    walltime_seconds: int | None = None
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    gpus: int | None = None
    gpu_type: str | None = None
    nodes: int | None = None
    constraint: str | None = None
    name: str | None = None
    dependency: str | None = None
    max_parallel: int | None = None
    most_memory_bytes: int | None = None
    extra: dict[str, str | int | float | bool] = field(default_factory=dict, hash=False)

    @classmethod
    def from_words(
        cls,
        *,
        cores: int = 1,
        memory: str | None = None,
        time: str | timedelta | None = None,
        gpus: int | str | None = None,
        extra: dict[str, str | int | float | bool] | None = None,
        **others: object,
    ) -> Resources:
        """Resources from the words of the decorator; raises ConfigError for one that makes no sense."""
        least, most = (None, None) if memory is None else parse_memory_range(memory)
        gpu_count, gpu_type = (None, None) if gpus is None else parse_gpus(gpus)
        return cls(
            cores=parse_count("cores", cores),
            memory_bytes=least,
            most_memory_bytes=most,
            walltime_seconds=None if time is None else parse_time(time),
            gpus=gpu_count or None,
            gpu_type=gpu_type,
            extra=dict(extra or {}),
            **others,  # type: ignore[arg-type]  # the plain ones; config has checked them
        )


def read_resources(told: object) -> Resources:
    """What job.json says that was asked for; what is odd in it, or of another version, is left out.

    >>> read_resources({"cores": 4, "memory_bytes": "much", "wings": 2}).cores
    4
    """
    given = told.items() if isinstance(told, dict) else ()
    known: dict[str, Any] = {name: value for name, value in given if type(value) is _KINDS.get(name)}
    return Resources(**known)


_NUMBERS = ("cores", "memory_bytes", "walltime_seconds", "gpus", "nodes", "max_parallel", "most_memory_bytes")
_TEXTS = ("partition", "account", "qos", "gpu_type", "constraint", "name", "dependency")
_KINDS: dict[str, type] = {"extra": dict, **dict.fromkeys(_NUMBERS, int), **dict.fromkeys(_TEXTS, str)}


def parse_memory(value: object) -> int:
    """Bytes of ``"16GB"``, ``"512MB"``, ``"1.5 TB"``, ``"16GiB"``, ``"8G"``; raises ConfigError for anything else.

    >>> parse_memory("1.5 GB")
    1610612736
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise _memory_without_unit(value, float(value))
    if isinstance(value, str):
        text = value.strip()
        match = _MEMORY.fullmatch(text)
        if match:
            size_bytes = ceil(float(match[1]) * 1024.0 ** (_MEMORY_UNITS.index(match[2].upper()) + 1))
            if size_bytes > 0:
                return size_bytes
            raise ConfigError(f"memory={value!r} is nothing at all", hint='memory="1GB"')
        if _is_number(text):
            raise _memory_without_unit(value, float(text))
    raise ConfigError(f"memory={value!r} is not an amount of memory", hint='memory="16GB", "512MB" or "1.5TB"')


def parse_memory_range(value: object) -> tuple[int, int | None]:
    """Bytes of ``"8GB"``, or of ``"8GB..64GB"``: what is asked for, and how far it may grow; raises ConfigError.

    >>> parse_memory_range("8GB..64GB")
    (8589934592, 68719476736)
    """
    first, dots, last = value.partition("..") if isinstance(value, str) else (value, "", "")
    least = parse_memory(first)
    if not dots:
        return least, None
    most = parse_memory(last)
    if most <= least:
        raise ConfigError(f"memory={value!r} cannot grow: the second must be more", hint='memory="8GB..64GB"')
    return least, most


def parse_time(value: object) -> int:
    """Seconds of ``"02:00:00"``, ``"1-12:00:00"``, ``"90min"``, ``"1h30m"``, a timedelta; raises ConfigError otherwise.

    >>> parse_time("1-12:00:00"), parse_time("90min")
    (129600, 5400)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise _time_without_unit(value, float(value))
    if isinstance(value, timedelta):
        seconds: float | None = value.total_seconds()
    elif isinstance(value, str):
        text = value.strip()
        if _is_number(text):
            raise _time_without_unit(value, float(text))
        if re.fullmatch(r"\d+:\d+", text):
            first, second = text.split(":")
            raise ConfigError(
                f"time={value!r} may be {first} hours or {first} minutes",
                hint=f'time="{first}:{second}:00" (hours first) or time="00:{first}:{second}" (minutes first)',
            )
        seconds = _clock_seconds(text)
        if seconds is None:
            seconds = _duration_seconds(text)
    else:
        seconds = None
    if seconds is None:
        raise ConfigError(
            f"time={value!r} is not a span of time", hint='time="02:00:00", "1-12:00:00", "90min" or a timedelta'
        )
    if seconds <= 0:
        raise ConfigError(f"time={value!r} leaves the call no time to run", hint='time="00:10:00"')
    return ceil(seconds)


def parse_gpus(value: object) -> tuple[int, str | None]:
    """How many GPUs and of which kind: ``2`` or ``"a100:2"``, ``"a100"``, ``0`` for none; raises ConfigError for anything else.

    >>> parse_gpus("a100:2")
    (2, 'a100')
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value, None
    if isinstance(value, str):
        text = value.strip()
        match = _GPUS.fullmatch(text if ":" in text or text.isdigit() else f"{text}:1")
        if match and (int(match[2]) > 0 or match[1] is None):
            return int(match[2]), match[1]
    raise ConfigError(
        f"gpus={value!r} is neither a number of GPUs nor a kind and a number", hint='gpus=1 or gpus="a100:2"'
    )


def parse_count(name: str, value: object) -> int:
    """A whole number of at least 1; raises ConfigError, which calls it ``name``, for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ConfigError(f"{name}={value!r} is not a whole number of at least 1", hint=f"{name}=1")


def format_memory(size_bytes: float) -> str:
    """A size as people write it, in powers of 1024.

    >>> format_memory(16 * 2**30), format_memory(1536), format_memory(12)
    ('16 GB', '1.5 KB', '12 B')
    """
    if size_bytes < 1024:
        return f"{size_bytes:g} B"
    for unit in _MEMORY_UNITS:
        size_bytes /= 1024
        if size_bytes < 1023.95 or unit == _MEMORY_UNITS[-1]:
            break
    return f"{size_bytes:.1f}".removesuffix(".0") + f" {unit}B"


def format_time(seconds: float) -> str:
    """A span of time as schedulers write it.

    >>> format_time(7200), format_time(129600)
    ('02:00:00', '1-12:00:00')
    """
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return (f"{days}-" if days else "") + f"{hour:02}:{minute:02}:{second:02}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d{1,18}\.?\d*|\.\d+)", text, re.ASCII) is not None


def _memory_without_unit(value: object, number: float) -> ConfigError:
    if 2**20 <= number < 2**60:  # meant as bytes
        meant = format_memory(number).replace(" ", "")
    else:
        meant = f"{number:g}GB" if 0 < number < 2**20 else "16GB"
    return ConfigError(f"memory={value!r}: memory needs a unit", hint=f'memory="{meant}"')


def _time_without_unit(value: object, number: float) -> ConfigError:
    example = f"{number:g}" if 0 < number < 1e6 else "30"
    return ConfigError(
        f"time={value!r}: time needs a unit (some tools read minutes, others seconds)",
        hint=f'time="{example}min" or time="{example}s"',
    )


def _clock_seconds(text: str) -> int | None:
    match = _CLOCK.fullmatch(text) or _DAYS_AND_HOURS.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in (*match.groups(), 0)[:4])
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _duration_seconds(text: str) -> float | None:
    parts = _DURATION_PART.findall(text)
    if not parts or _DURATION_PART.sub("", text):
        return None
    units = [_SECONDS.get(unit.lower()) or _SECONDS.get(unit.lower().removesuffix("s")) for _, unit in parts]
    if None in units:
        return None
    return sum(float(number) * (unit or 0) for (number, _), unit in zip(parts, units, strict=True))
