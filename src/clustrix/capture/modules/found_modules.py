"""Where a module is, loaded or not, and what its file says. Nothing is imported to find out."""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from clustrix.capture.modules.compiled_modules import is_compiled, tree_of_bytecode
from clustrix.capture.modules.ownership import Owner, is_mock, owner_of_class, owner_of_file
from clustrix.capture.modules.zipped import zipped_file
from clustrix.dependency_analysis import references
from clustrix.errors import CaptureError, PackagingError
from clustrix.references import References


@dataclass(frozen=True)
class FoundModule:
    """Where a module comes from. A namespace package has no ``path`` but ``locations``."""

    name: str
    owner: Owner
    path: str | None
    locations: tuple[str, ...] = ()

    @property
    def is_package(self) -> bool:
        return bool(self.locations)

    @property
    def package(self) -> str:
        """What relative imports in it count from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def arrives_as(self) -> str:
        """Its path in the package."""
        stem = self.name.replace(".", "/")
        suffix = ".pyc" if is_compiled(self.path) else ".py"
        return f"{stem}/__init__{suffix}" if self.is_package else stem + suffix


def find_module(name: str) -> FoundModule | None:
    """Where the module of this name is, loaded or not; None if nowhere on the path."""
    living = sys.modules.get(name)
    if living is not None and getattr(living, "__spec__", None) is not None:
        found = _found_living(name, living)
        if found is not None:
            return found
    return _find_on_path(name, tuple(sys.path), tuple(_SEARCHED_ALSO))


#: Folders that the program puts on the path when it is called.
_SEARCHED_ALSO: dict[str, None] = {}


def search_also(folders: Iterable[str]) -> None:
    """Find modules in these folders too, behind all that is on the path by now."""
    _SEARCHED_ALSO.update(dict.fromkeys(folders))


#: A module that puts others into ``sys.modules`` does so there too; one that puts something in its own place is told apart.
PUTS_MODULES = re.compile(rb"sys\.modules(?:\[(?!__name__)[^\]\n]+\]\s*=[^=]|\.(?:setdefault|update)\()")
_PUTS_ITSELF = re.compile(rb"sys\.modules\[__name__\]\s*=[^=]")


def is_made_by_hand(name: str) -> bool:
    """Whether the program itself has put what is imported by this name into ``sys.modules``: no import would bring it."""
    living: Any = sys.modules.get(name)
    if living is None or name == "__main__" or name in sys.builtin_module_names:
        return False
    if isinstance(living, ModuleType):
        if getattr(living, "__spec__", None) is not None or getattr(living, "__file__", None):
            return False
    elif not is_mock(living) and owner_of_class(type(living)) not in (Owner.LOCAL, Owner.INTERACTIVE):
        return False
    # A library makes up modules inside of itself, as six does; a module may put an object in its own place.
    above = find_module(name.partition(".")[0]) if "." in name else None
    if above is not None and above.owner is not Owner.LOCAL and not is_made_by_hand(above.name):
        return False
    found = _find_on_path(name, tuple(sys.path))
    return found is None or found.owner is not Owner.LOCAL or not _puts_itself(found)


def _puts_itself(found: FoundModule) -> bool:
    return found.path is not None and _PUTS_ITSELF.search(module_source(found).data) is not None


def _found_living(name: str, module: ModuleType) -> FoundModule | None:
    spec = module.__spec__
    if spec is None or spec.name != name:
        return None
    # A package may have set another path than it was found with: __path__ = extend_path(__path__, __name__).
    searched = module.__dict__.get("__path__") if isinstance(module, ModuleType) else None
    return _from_spec(name, spec, searched or spec.submodule_search_locations)


def _from_spec(name: str, spec: importlib.machinery.ModuleSpec, searched: Iterable[str] | None) -> FoundModule:
    locations = tuple(searched or ())
    if spec.origin in ("built-in", "frozen"):
        return FoundModule(name, Owner.STDLIB, None, locations)
    path = spec.origin if spec.has_location else None
    place = path or (os.path.join(locations[0], "x") if locations else "")
    owner = owner_of_file(place) if place else Owner.INTERACTIVE
    return FoundModule(name, owner, path, locations)


@functools.lru_cache(maxsize=8192)
def _find_on_path(name: str, path: tuple[str, ...], also: tuple[str, ...] = ()) -> FoundModule | None:
    """``path`` is ``sys.path``: a part of the cache's key, as it may change; ``also`` are folders behind it."""
    parent, _, _ = name.rpartition(".")
    if name in sys.builtin_module_names:
        return FoundModule(name, Owner.STDLIB, None)
    search: list[str] | None = None
    if parent:
        above = find_module(parent)
        if above is None or not above.is_package:
            return None
        if above.owner is not Owner.LOCAL:
            return FoundModule(name, above.owner, None)
        search = list(above.locations)
    spec = _spec(name, search)
    if spec is None and also and not parent:
        spec = importlib.machinery.PathFinder.find_spec(name, list(also))
    return None if spec is None else _from_spec(name, spec, spec.submodule_search_locations)


def _spec(name: str, search: list[str] | None) -> importlib.machinery.ModuleSpec | None:
    """The spec, from the path first, then from what else was put into ``sys.meta_path`` (editable installs)."""
    spec = importlib.machinery.PathFinder.find_spec(name, search)
    for finder in sys.meta_path if spec is None else ():
        if finder is not importlib.machinery.PathFinder and hasattr(finder, "find_spec"):
            try:
                spec = finder.find_spec(name, search, None)
            except Exception:  # anybody's finder; one that fails has not found it
                continue
            if spec is not None:
                break
    return spec


@dataclass(frozen=True)
class ModuleSource:
    """The bytes of a module's file and what its code refers to, all of it."""

    data: bytes
    references: References
    tree: ast.Module


def module_source(found: FoundModule) -> ModuleSource:
    """The file of a local module. Raises PackagingError if it cannot be read."""
    assert found.path is not None
    kept = _KEPT.get(found.path)
    if kept is not None and is_kept(found):
        return kept[1]
    try:
        status = os.stat(found.path)
    except OSError as error:
        data = zipped_file(found.path)
        if data is None:
            raise PackagingError(
                f"cannot read {found.path}: {error.strerror}", hint=f"it holds module {found.name}"
            ) from error
        return _parsed_module(found.path, data)
    return _module_source(found.path, status.st_mtime_ns, status.st_size)


#: By path: the spec of the module that was imported, and what its file said then.
_KEPT: dict[str, tuple[importlib.machinery.ModuleSpec, ModuleSource]] = {}


def keep_source(found: FoundModule) -> None:
    """From now on the loaded module's file says what it says now, until it is imported again."""
    spec = getattr(sys.modules.get(found.name), "__spec__", None)
    if spec is not None and found.path is not None:
        _KEPT[found.path] = spec, module_source(found)
        _SAID.setdefault(found.path, {})[module_source(found).data] = None


#: By path: all that the file said when it was captured, since it was imported anew or edited in between.
_SAID: dict[str, dict[bytes, None]] = {}


def texts_captured(path: str) -> Iterator[str]:
    """What a module's file said whenever it was captured, the latest first: what was imported then may still be held."""
    return map(importlib.util.decode_source, reversed(_SAID.get(path, {})))


def forget_source(found: FoundModule) -> None:
    """The loaded module's file says what stands in it."""
    _KEPT.pop(found.path or "", None)


def is_kept(found: FoundModule) -> bool:
    """Whether what the module's file says is what it said when it was captured first."""
    kept = _KEPT.get(found.path or "")
    # Importing a module again gives it a new spec.
    return kept is not None and kept[0] is getattr(sys.modules.get(found.name), "__spec__", None)


@functools.lru_cache(maxsize=4096)
def _module_source(path: str, _modified: int, _size: int) -> ModuleSource:
    try:
        with open(path, "rb") as stream:
            return _parsed_module(path, stream.read())
    except OSError as error:
        raise PackagingError(f"cannot read {path}: {error.strerror}") from error


@functools.lru_cache(maxsize=4096)
def _parsed_module(path: str, data: bytes) -> ModuleSource:
    try:
        tree = tree_of_bytecode(path, data) if is_compiled(path) else ast.parse(data, path)
    except SyntaxError as error:
        raise CaptureError(f"{path} line {error.lineno} is not Python: {error.msg}") from error
    tree.body = imports_apart(tree.body)
    return ModuleSource(data, references(tree, postponed_annotations=True), tree)


def bytes_of(path: str) -> bytes | None:
    """What a file holds, for a look before it is parsed; None for one that cannot be read, as in a zip."""
    try:
        with open(path, "rb", buffering=0) as stream:  # there may be hundreds of them
            return stream.read()
    except OSError:
        return None


def imports_apart(statements: Iterable[ast.stmt]) -> list[ast.stmt]:
    """The statements, with ``import a, b`` as two: one of them may be missed by nobody.

    >>> [ast.unparse(one) for one in imports_apart(ast.parse("import os, sys as system").body)]
    ['import os', 'import sys as system']
    """
    found: list[ast.stmt] = []
    for one in statements:
        if isinstance(one, ast.Import):
            found += [ast.copy_location(ast.Import([alias]), one) for alias in one.names]
        elif isinstance(one, ast.ImportFrom) and one.module != "__future__":
            found += [ast.copy_location(ast.ImportFrom(one.module, [alias], one.level), one) for alias in one.names]
        else:
            found.append(one)
    return found
