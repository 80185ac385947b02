"""What the cluster's Python cannot read, found before anything is sent."""

from __future__ import annotations

import ast
import functools
import importlib.util
import os
import re
import sys
from collections.abc import Iterable

from clustrix.capture.modules import FoundModule, module_source
from clustrix.capture.reached import UsedSource
from clustrix.errors import CaptureError

_NAMES = {"Pattern matching is": "`match`", "Assignment expressions are": "`:=`"}


def check_versions(sources: Iterable[UsedSource], modules: Iterable[FoundModule], version: tuple[int, int, int]) -> None:
    """Raise CaptureError where shipped code uses syntax that Python ``version`` does not have."""
    if version[:2] >= sys.version_info[:2]:
        return
    for used in sources:
        for place in used.places:
            lines = used.source.lines[place.first_line - 1 : place.last_line]
            snippet = "\n".join(lines)
            if snippet[:1].isspace():
                snippet, offset = "if 1:\n" + snippet, place.first_line - 2
            else:
                offset = place.first_line - 1
            _raise_for(_unreadable(snippet, version[1]), used.source.filename, offset, version)
    for module in modules:
        if module.path is not None:
            source = module_source(module)
            text = importlib.util.decode_source(source.data)
            _raise_for(_unreadable(text, version[1]), module.path, 0, version)
            if version < (3, 7) and "annotations" in text:
                _raise_for(_future_annotations(text), module.path, 0, version)


@functools.lru_cache(maxsize=4096)
def _unreadable(text: str, minor: int) -> tuple[str, int] | None:
    """``(what the parser says, line)`` of the first thing that Python 3.``minor`` cannot read; None if it can."""
    try:
        ast.parse(text, feature_version=(3, minor))
    except SyntaxError as error:
        return error.msg, error.lineno or 0
    except ValueError:
        return None  # null bytes and the like: the compiler there will say it
    return None


def _future_annotations(text: str) -> tuple[str, int] | None:
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and any(one.name == "annotations" for one in node.names):
            return "`from __future__ import annotations` is only supported in Python 3.7 and greater", node.lineno
    return None


def _raise_for(found: tuple[str, int] | None, file: str, offset: int, version: tuple[int, int, int]) -> None:
    if found is None:
        return
    said, line = found
    needed = re.search(r"3\.\d+", said)
    what = next((name for start, name in _NAMES.items() if said.startswith(start)), said.partition(" is only supported")[0])
    place = f"{os.path.basename(file)} line {line + offset}"
    has = "{}.{}.{}".format(*version)
    raise CaptureError(
        f"{what} at {place} needs Python {needed.group() if needed else 'a newer one'}; the cluster has {has}"
        + ("" if needed else f" (which says: {said})"),
        where=f"{file}:{line + offset}",
        hint='python_version="3.12" or python_executable=.. chooses a newer Python on the cluster',
    )
