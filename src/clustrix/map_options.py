"""How people say a map: its words, and the arguments of its calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, TypedDict

from clustrix.errors import ConfigError

#: The arguments of a map are all taken before the first call is made; one that goes on and on is told by this.
MAX_CALLS = 1_000_000
_KEY = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


@dataclass(frozen=True)
class MapOptions:
    """How the calls of a map are made. ``timeout`` is in seconds from its start, for all of them."""

    timeout: float | None = None
    chunksize: int | Literal["auto"] = 1
    return_exceptions: bool = False
    key: str | None = None
    workers: int | Literal["cores"] = 1


class MapWords(TypedDict, total=False):
    """How people say it."""

    timeout: float | None
    chunksize: int | Literal["auto"]
    return_exceptions: bool
    max_parallel: int | None
    key: str | None
    workers: int | Literal["cores"]


def map_options(words: Mapping[str, Any]) -> MapOptions:
    """Options from the words of ``map`` and ``starmap``.

    Raises TypeError for an unknown one, ConfigError for a senseless one.
    """
    unknown = set(words) - set(MapWords.__annotations__)
    if unknown:
        raise TypeError(f"map() has no parameter {min(unknown)!r}; it has {', '.join(MapWords.__annotations__)}")
    chunksize = words.get("chunksize", 1)
    if chunksize != "auto" and (not isinstance(chunksize, int) or chunksize < 1):
        raise ConfigError(f"chunksize={chunksize!r} is not a number of calls", hint='chunksize=10, or chunksize="auto"')
    key = words.get("key")
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise ConfigError(
            f"key={key!r} cannot name a map", hint="letters, digits, '-' and '_', at most 60: key=\"run1\""
        )
    workers = words.get("workers", 1)
    if workers != "cores" and (not isinstance(workers, int) or workers < 1):
        raise ConfigError(f"workers={workers!r} is not a number of processes", hint='workers=4, or workers="cores"')
    return MapOptions(words.get("timeout"), chunksize, bool(words.get("return_exceptions")), key, workers)


def take_calls(arguments: Iterable[Iterable[Any]]) -> list[tuple[Any, ...]]:
    """All calls' arguments, however long that is; ConfigError if there is no end to it."""
    calls = [tuple(args) for args in islice(arguments, MAX_CALLS + 1)]
    if len(calls) > MAX_CALLS:
        raise ConfigError(
            f"a map of more than {MAX_CALLS:,} calls", hint="several maps of a part each; or fewer calls that do more"
        )
    return calls
