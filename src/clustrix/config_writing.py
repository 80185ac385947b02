"""Changing one word of a configuration file, and leaving all else in it as somebody wrote it."""

from __future__ import annotations

import json
import os
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from clustrix.errors import ConfigError
from clustrix.resources import format_time


def write_words(path: Path, words: dict[str, Any], cluster: str | None = None) -> None:
    """Set these words in a file, which is made if it is not there; a word that is None is taken out.

    ``cluster`` sets them in the table of that cluster. Raises ConfigError if the file cannot be read or written.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for name, value in words.items():
            text = with_word(text, name, value, cluster, where=str(path))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be written: {error.strerror}", where=str(path)) from None


def with_word(text: str, name: str, value: Any, cluster: str | None = None, where: str = "") -> str:
    r"""The text of a file with one word set, at its place if it is there, else at the end of its table.

    >>> with_word("# mine\ncores = 2  # few\n", "memory", "16GB")
    '# mine\ncores = 2  # few\nmemory = "16GB"\n'
    >>> with_word("cores = 2\n", "cores", None)
    ''
    """
    wanted = _changed(_read(text, where), name, value, cluster)
    lines = text.splitlines()
    start, end = _table(lines, cluster)
    new = [] if value is None else [f"{name} = {toml_value(value)}"]
    found = _lines_of(lines, start, end, name)
    if found is not None:
        lines[found[0] : found[1]] = new
    elif new:
        if start < 0:
            new = (
                ["", f"[clusters.{_key(str(cluster))}]", *new] if lines else [f"[clusters.{_key(str(cluster))}]", *new]
            )
            end = len(lines)
        while start < end and end > max(start, 0) and not lines[end - 1].strip():
            end -= 1
        lines[end:end] = new
    result = "\n".join(lines) + "\n" if lines else ""
    if _read(result, where) != wanted:
        raise ConfigError(
            f"{name} cannot be set without taking the file apart", where=where, hint="write it there by hand"
        )
    return result


def toml_value(value: Any) -> str:
    """A value as TOML writes it.

    >>> toml_value(["a", 1, True]), toml_value({"mail-type": "END"})
    ('["a", 1, true]', '{ mail-type = "END" }')
    """
    if isinstance(value, timedelta):
        value = format_time(value.total_seconds())
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(str(name))} = {toml_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    # For texts, whole numbers, decimals and booleans TOML's words are JSON's.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _read(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"this is not TOML: {error}", where=where, hint="correct the file") from None


def _changed(content: dict[str, Any], name: str, value: Any, cluster: str | None) -> dict[str, Any]:
    table = content if cluster is None else content.setdefault("clusters", {}).setdefault(cluster, {})
    if value is None:
        table.pop(name, None)
    else:
        table[name] = tomllib.loads(f"value = {toml_value(value)}")["value"]
    return content


def _table(lines: list[str], cluster: str | None) -> tuple[int, int]:
    """The lines of the table: of the file's beginning, or of the cluster's; ``(-1, -1)`` if it is not there."""
    headers = [number for number, line in enumerate(lines) if re.match(r"\s*\[", line) and _is_header(lines, number)]
    if cluster is None:
        return 0, headers[0] if headers else len(lines)
    for number, following in zip(headers, [*headers, len(lines)][1:], strict=True):
        if tomllib.loads(lines[number]).get("clusters", {}).get(cluster) == {}:
            return number + 1, following
    return -1, -1


def _is_header(lines: list[str], number: int) -> bool:
    """Whether a line that begins with a bracket is a table's header, not a part of a list of several lines."""
    try:
        tomllib.loads("\n".join(lines[:number]))
        tomllib.loads(lines[number])
    except tomllib.TOMLDecodeError:
        return False
    return True


def _lines_of(lines: list[str], start: int, end: int, name: str) -> tuple[int, int] | None:
    """Where a word and its value, which may have several lines, begin and end."""
    for first in range(max(start, 0), end):
        if not re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=", lines[first]):
            continue
        for last in range(first + 1, end + 1):
            try:
                tomllib.loads("\n".join(lines[first:last]))
            except tomllib.TOMLDecodeError:
                continue
            return first, last
    return None
