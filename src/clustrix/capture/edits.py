"""Files that were edited after they were imported: what runs there has to be what was imported here.

The first time that a module is captured its file is what was imported, or an error; from then on its text is kept, and edits are for the next run.
Between import and capture an edit is told by what the file's functions are, by when it was written, and by the bytecode that Python keeps.
"""

from __future__ import annotations

import dis
import importlib.util
import marshal
import os
import sys
import types
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from clustrix.capture.embedded import is_edited, is_recent
from clustrix.capture.found_modules import FoundModule, is_kept, keep_source, module_source
from clustrix.capture.ownership import mark
from clustrix.errors import CaptureError
from clustrix.file_stamps import is_written_since

_HEADER_BYTES = 16


def refuse_edited(module: ModuleType, found: FoundModule) -> None:
    """Raise CaptureError where a loaded module's file is not what was imported."""
    assert found.path is not None
    if is_kept(found):
        return
    for function in _functions(module):
        code = function.__code__
        if code.co_filename == found.path and is_edited(_text(found), code, anywhere=True):
            raise _edited(found, f"{function.__qualname__}()")
    imported = _imported_code(module, found.path)
    if imported is not None:
        for name in _changed(imported, found) & vars(module).keys():
            raise _edited(found, name)
    elif is_written_since(module):
        raise _edited(found, "it")
    keep_source(found)


def _functions(module: ModuleType) -> Iterator[types.FunctionType]:
    """A module's functions, and the methods of its classes."""
    for value in list(vars(module).values()):
        is_own_class = isinstance(value, type) and mark(value, "__module__") == module.__name__
        for one in vars(value).values() if is_own_class else (value,):
            if isinstance(one, types.FunctionType):
                yield one


def _edited(found: FoundModule, what: str) -> CaptureError:
    return CaptureError(
        f"{os.path.basename(found.path or '')} was edited after it was imported: {what} is not what stands there now",
        where=found.path or "",
        hint=f"importlib.reload({found.name}), or start again",
    )


def _text(found: FoundModule) -> str:
    return importlib.util.decode_source(module_source(found).data)


def _imported_code(module: ModuleType, path: str) -> types.CodeType | None:
    """The module's code as it was imported, where Python has kept it and the file was written since."""
    cached = getattr(module.__spec__, "cached", None)
    if sys.dont_write_bytecode or not cached or not is_recent(path):
        return None
    try:
        with open(cached, "rb") as stream:
            data = stream.read()
        status = os.stat(path)
    except OSError:
        return None
    now = int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF
    kept = int.from_bytes(data[8:12], "little"), int.from_bytes(data[12:16], "little")
    # What is kept by the file's hash, not by its time, nobody checks.
    if data[:4] != importlib.util.MAGIC_NUMBER or any(data[4:8]) or kept == now:
        return None
    code = marshal.loads(data[_HEADER_BYTES:])
    return code if isinstance(code, types.CodeType) else None


def _changed(imported: types.CodeType, found: FoundModule) -> set[str]:
    """The globals that the file binds to something else than what was imported, or no more."""
    before, now = _bindings(imported), _bindings(compile(_text(found), found.path or "", "exec", dont_inherit=True))
    return {name for name, made in before.items() if now.get(name) != made}


def _bindings(code: types.CodeType) -> dict[str, list[Any]]:
    """By which instructions each global gets its values."""
    found: dict[str, list[Any]] = {}
    instructions: list[Any] = []
    for one in dis.get_instructions(code):
        # Where a jump goes depends on all that stands before.
        is_jump = one.opcode in dis.hasjrel or one.opcode in dis.hasjabs
        instructions.append((one.opname, None if is_jump else _plain(one.argval)))
        if one.opname in ("STORE_NAME", "STORE_GLOBAL"):
            found.setdefault(one.argval, []).append(instructions)
            instructions = []
    return found


def _plain(value: Any) -> Any:
    """A constant without what tells where it stands."""
    if isinstance(value, types.CodeType):
        return value.co_name, value.co_code, value.co_names, [_plain(one) for one in value.co_consts]
    return type(value), value
