"""Files that were edited after they were imported: what runs there has to be what was imported here.

The first time that a module is captured its file is what was imported, or an error; from then on its text is kept, and edits are for the next run.
Between import and capture an edit is told by what the file's functions are, by when it was written, and by the bytecode that Python keeps.
"""

from __future__ import annotations

import ast
import dis
import importlib.util
import inspect
import marshal
import os
import sys
import types
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from clustrix.capture.definitions.embedded import has_code, is_edited, is_recent, meaning
from clustrix.capture.module_state.plain_values import literal, same
from clustrix.capture.modules.compiled_modules import is_compiled
from clustrix.capture.modules.found_modules import FoundModule, forget_source, is_kept, keep_source, module_source
from clustrix.capture.modules.needed import names_bound
from clustrix.capture.modules.ownership import mark
from clustrix.errors import CaptureError
from clustrix.file_stamps import is_written_since

_HEADER_BYTES = 16


#: By path: the code of a module's functions when its text was kept.
_codes_kept: dict[str, frozenset[types.CodeType]] = {}


def refuse_edited(module: ModuleType, found: FoundModule) -> None:
    """Raise CaptureError where a loaded module's file is not what was imported."""
    assert found.path is not None
    if is_compiled(found.path):
        return  # nobody edits bytecode
    functions = {one.__code__: one for one in _functions(module) if one.__code__.co_filename == found.path}
    if is_kept(found):
        new = functions.keys() - _codes_kept.get(found.path, frozenset())
        if all(has_code(_text(found), found.path, code, anywhere=True) for code in new):
            return
        forget_source(
            found
        )  # IPython's autoreload has brought what stands in the file by now, definition by definition
    for code, function in functions.items():
        if is_edited(_text(found), code, anywhere=True):
            raise _edited(found, f"{function.__qualname__}()")
    for name in _suspects(module, found):
        if not _stands(name, vars(module)[name], found):
            raise _edited(found, name)
    _codes_kept[found.path] = frozenset(functions)
    keep_source(found)


def _suspects(module: ModuleType, found: FoundModule) -> Iterable[str]:
    """The globals that the file may bind to something else than what was imported. Raises CaptureError for what nobody can tell."""
    assert found.path is not None
    imported = _imported_code(module, found.path)
    if imported is not None:
        return _changed(imported, found) & vars(module).keys()
    if not is_written_since(module):
        return ()
    for statement in module_source(found).tree.body:
        if not names_bound(statement) and not _is_text(statement):
            raise _edited(found, "it")
    return frozenset().union(*map(names_bound, module_source(found).tree.body)) & vars(module).keys()


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _stands(name: str, value: Any, found: FoundModule) -> bool:
    """Whether a global is what the file's only statement for it says: a definition with this code, a literal with this value."""
    bound = [one for one in module_source(found).tree.body if name in names_bound(one)]
    if len(bound) != 1:
        return False
    if isinstance(bound[0], (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(bound[0], ast.ClassDef):
        return isinstance(value, type) and all(_stands_in_class(one, value, found) for one in bound[0].body)
    if isinstance(bound[0], ast.Assign) and isinstance(bound[0].targets[0], ast.Name):
        return same(literal(bound[0].value), value)
    return _is_code_in(value, found)


def _stands_in_class(statement: ast.stmt, kind: type, found: FoundModule) -> bool:
    values = [vars(kind).get(name) for name in names_bound(statement)]
    if isinstance(statement, ast.Assign):
        return all(same(literal(statement.value), value) for value in values)
    return _is_text(statement) or isinstance(statement, ast.Pass) or all(_is_code_in(value, found) for value in values)


def _is_code_in(value: Any, found: FoundModule) -> bool:
    plain = inspect.unwrap(getattr(value, "__func__", getattr(value, "fget", value)))
    code = getattr(plain, "__code__", None)
    return code is not None and has_code(_text(found), found.path or "", code, anywhere=True)


def _functions(module: ModuleType) -> Iterator[types.FunctionType]:
    """A module's functions, and the methods of its classes."""
    for value in list(vars(module).values()):
        is_own_class = isinstance(value, type) and mark(value, "__module__") == module.__name__
        for one in vars(value).values() if is_own_class else (value,):
            if type(one) is types.FunctionType:  # wrapt's proxies say that they are functions, with code of their own
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
        instructions.append((one.opname, None if is_jump else meaning(one.argval)))
        if one.opname in ("STORE_NAME", "STORE_GLOBAL"):
            found.setdefault(one.argval, []).append(instructions)
            instructions = []
    return found
