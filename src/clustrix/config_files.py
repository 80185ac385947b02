"""What the configuration files and the environment say, as layers.

A file is read when a configuration is first needed, and again when it has changed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clustrix.errors import ConfigError
from clustrix.words import ALIASES, WORDS, Layer, check_words, read_text, unknown_word

_PREFIX = "CLUSTRIX_"
#: Variables that begin so are not words: a job finds there what it is, the test cluster what it shall be.
_NOT_WORDS = ("CLUSTRIX_JOB", "CLUSTRIX_TESTBED")
_read: dict[Path, tuple[tuple[int, int], Layer | None]] = {}


def file_layers() -> list[Layer]:
    """What the user's ``config.toml`` and the nearest ``pyproject.toml`` say; raises ConfigError naming the file."""
    layers = (_user_layer(), _project_layer(Path.cwd()))
    return [layer for layer in layers if layer is not None]


def user_config_path() -> Path:
    """The user's own file: ``~/.config/clustrix/config.toml``, or where the system keeps such files."""
    from platformdirs import user_config_path

    return user_config_path("clustrix", appauthor=False) / "config.toml"


def environment_layer(variables: Mapping[str, str]) -> Layer:
    """What the ``CLUSTRIX_*`` variables say; raises ConfigError, which names the variable."""
    words: dict[str, Any] = {}
    for variable, text in variables.items():
        if variable.startswith(_PREFIX) and not variable.startswith(_NOT_WORDS) and text.strip():
            name = variable.removeprefix(_PREFIX).lower()
            name = ALIASES.get(name, name)
            if name not in WORDS:
                raise unknown_word(name, "the environment", spelled=lambda word: _PREFIX + word.upper())
            words[name] = read_text(name, text, f"environment variable {variable}")
    return Layer("the environment", words)


def _user_layer() -> Layer | None:
    return _layer_of(user_config_path(), under=())


def _project_layer(folder: Path) -> Layer | None:
    for parent in (folder, *folder.parents):
        layer = _layer_of(parent / "pyproject.toml", under=("tool", "clustrix"))
        if layer is not None:
            return layer
    return None


def _layer_of(path: Path, under: tuple[str, ...]) -> Layer | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    stamp = (stat.st_mtime_ns, stat.st_size)
    known = _read.get(path)
    if known is None or known[0] != stamp:
        known = _read[path] = (stamp, _parse(path, under))
    return known[1]


def _parse(path: Path, under: tuple[str, ...]) -> Layer | None:
    import tomllib

    try:
        content: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not TOML: {error}", where=str(path), hint="correct the file") from None
    except OSError as error:
        raise ConfigError(
            f"{path.name} cannot be read: {error.strerror}", where=str(path), hint=f"chmod u+r {path}"
        ) from None
    for key in under:
        content = content.get(key)
        if content is None:
            return None
    source = os.fspath(path) + (f" [{'.'.join(under)}]" if under else "")
    return _layer_of_table(source, content)


def _layer_of_table(source: str, content: Mapping[str, Any]) -> Layer:
    words = dict(content)
    tables = words.pop("clusters", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise ConfigError("'clusters' holds tables, one for each cluster", where=source, hint="[clusters.NAME]")
    clusters = {name: check_words(table, f"{source} [clusters.{name}]") for name, table in tables.items()}
    return Layer(source, check_words(words, source), clusters)
