"""Modules of which only the bytecode is there: ``secret.pyc`` without its source."""

from __future__ import annotations

import ast
import dis
import importlib.util
import marshal
import sys
from collections.abc import Iterator
from types import CodeType

from clustrix.errors import CaptureError


def is_compiled(path: str | None) -> bool:
    """Whether a module's file is bytecode."""
    return path is not None and path.endswith(".pyc")


def tree_of_bytecode(path: str, data: bytes) -> ast.Module:
    """What the module imports, and its texts, as a syntax tree. Raises CaptureError if another Python made it."""
    own = "{}.{}".format(*sys.version_info[:2])
    if data[:4] != importlib.util.MAGIC_NUMBER:
        raise CaptureError(f"{path} is not bytecode of Python {own}, and its source is not there")
    lines = dict.fromkeys(_lines(marshal.loads(data[16:])))
    return ast.parse("\n".join(lines))


def refuse_compiled(name: str, path: str | None, version: tuple[int, int, int]) -> None:
    """Raise CaptureError for a module of bytecode, which another Python than the one that made it does not read."""
    if is_compiled(path):
        raise CaptureError(
            f"module {name} is there as bytecode only ({path}), which the cluster's Python {'.'.join(map(str, version))} cannot read",
            hint="put its source beside it, or choose a cluster's Python of this version by python_version=",
        )


def _lines(code: CodeType) -> Iterator[str]:
    before: list[object] = [0, None]
    for one in dis.get_instructions(code):
        if one.opname == "IMPORT_NAME":
            level, names = before[-2:]
            module = "." * (level if isinstance(level, int) else 0) + str(one.argval)
            yield f"from {module} import {', '.join(names)}" if isinstance(names, tuple) else f"import {module}"
        before.append(one.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _lines(constant)
        elif isinstance(constant, str):
            yield repr(constant)
