"""Local modules and what they import in turn: which files are shipped. Nothing is imported to find out."""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import itertools
import os
import pkgutil
import sys
import zipimport
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from clustrix.capture.ownership import Owner, is_extension, owner_of_file
from clustrix.dependency_analysis import Import, References, packages_named, references
from clustrix.errors import CaptureError, PackagingError

#: A package of more modules than this is no folder of plugins.
_MOST_DISCOVERED = 200


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
    def arrives_as(self) -> str:
        """Its path in the package."""
        stem = self.name.replace(".", "/")
        return f"{stem}/__init__.py" if self.is_package else f"{stem}.py"


def find_module(name: str) -> FoundModule | None:
    """Where the module of this name is, loaded or not; None if nowhere on the path."""
    living = sys.modules.get(name)
    if living is not None and getattr(living, "__spec__", None) is not None:
        found = _found_living(name, living)
        if found is not None:
            return found
    return _find_on_path(name, tuple(sys.path))


def _found_living(name: str, module: ModuleType) -> FoundModule | None:
    spec = module.__spec__
    if spec is None or spec.name != name:
        return None
    return _from_spec(name, spec)


def _from_spec(name: str, spec: importlib.machinery.ModuleSpec) -> FoundModule:
    locations = tuple(spec.submodule_search_locations or ())
    if spec.origin in ("built-in", "frozen"):
        return FoundModule(name, Owner.STDLIB, None, locations)
    path = spec.origin if spec.has_location else None
    place = path or (os.path.join(locations[0], "x") if locations else "")
    owner = owner_of_file(place) if place else Owner.INTERACTIVE
    return FoundModule(name, owner, path, locations)


@functools.lru_cache(maxsize=8192)
def _find_on_path(name: str, path: tuple[str, ...]) -> FoundModule | None:
    """``path`` is ``sys.path``: a part of the cache's key, as it may change."""
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
    return None if spec is None else _from_spec(name, spec)


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


class LocalModules:
    """The local modules that a program reaches, with all that they import; and the others by name.

    ``found`` maps names to shipped modules, ``reached_by`` a module to what wanted it first, ``foreign`` the modules of installed
    distributions to theirs, ``missing`` the names that were not found.
    """

    def __init__(self, exclude: tuple[str, ...] = ()) -> None:
        self.found: dict[str, FoundModule] = {}
        self.reached_by: dict[str, str] = {}
        self.foreign: dict[str, str] = {}
        self.missing: dict[str, str] = {}
        self._exclude = exclude
        self._imported_at: dict[str, set[tuple[str, int]]] = {}
        self._discovered: set[str] = set()
        self._imports: dict[str, dict[str, set[int]]] = {}
        self._wanted: set[str] = set()
        #: What is imported where nothing would take its place.
        self._required: set[str] = set()

    def reach(self, name: str, why: str) -> FoundModule | None:
        """Take in module ``name``, the packages above it, and what they import. Gives the module if it is local.

        The call needs it, as it would not one that another module imports and never uses.
        """
        self._wanted.add(name)
        self._required.add(name)
        return self._reach(name, why)

    def _reach(self, name: str, why: str) -> FoundModule | None:
        if name in self.found:
            return self.found[name]
        if name in self.foreign or name in self.missing or self._is_left_out(name):
            return None
        parent = name.rpartition(".")[0]
        if parent:
            self._reach(parent, why)
        found = find_module(name)
        if found is None or found.owner is Owner.INTERACTIVE:
            self.missing[name] = why
        elif found.owner is Owner.INSTALLED:
            self.foreign[name] = why
        elif found.owner is Owner.LOCAL:
            self._take(found, why)
            return found
        return None

    def _is_left_out(self, name: str) -> bool:
        # clustrix itself is there: the runtime brings its job-side form.
        return any(name == one or name.startswith(one + ".") for one in (*self._exclude, "clustrix", "clustrix_remote"))

    def _take(self, found: FoundModule, why: str) -> None:
        self.found[found.name] = found
        self.reached_by[found.name] = why
        if found.path is None:
            return
        if is_extension(found.path):
            raise CaptureError(
                f"{os.path.basename(found.path)} is a local compiled module and may not load on another machine",
                where=f"{found.path}, reached by {why}",
                hint=f'install it there and leave it out here: @cluster(exclude=["{found.name}"])',
            )
        read = module_source(found).references
        self.reach_imports(read.imports, found.name, found.is_package, os.path.basename(found.path))
        self.reach_data_packages(read, found.name, found.is_package)
        if read.discovers:
            self.reach_packages_of(read, found.name, found.is_package)

    def reach_imports(
        self, imports: tuple[Import, ...], module: str, is_package: bool, why: str, *, is_wanted: bool = False
    ) -> None:
        """Take in what import statements in ``module`` name; submodules among the names too."""
        for one in imports:
            for name in imported_modules(one, module, is_package):
                if is_wanted:
                    self._wanted.add(name)
                if not one.is_spare:
                    self._required.add(name)
                self._imports.setdefault(module, {}).setdefault(name, set()).add(one.line)
                self._reach(name, f"{why} line {one.line}")
                if name in self.foreign:
                    self._imported_at.setdefault(name, set()).add((module, one.line))

    def reach_data_packages(self, read: References, module: str, is_package: bool) -> None:
        """Take in the packages whose data is asked for by their names: ``importlib.resources.files("app.tables")``."""
        own = module if is_package else module.rpartition(".")[0]
        for name in packages_named((text for text, _ in read.texts), own) if read.asks_for_its_place else ():
            package = find_module(name)
            if package is not None and package.owner is Owner.LOCAL and package.is_package:
                self.reach(name, f"{module}, which asks for its data")

    def reach_packages_of(self, read: References, module: str, is_package: bool, also: tuple[Import, ...] = ()) -> None:
        """Take in all modules of the packages that a module may look for modules in: its own, those that it imports or names."""
        own = module if is_package else module.rpartition(".")[0]
        names = [own] if own else []
        for one in (*read.imports, *also):
            names += imported_modules(one, module, is_package)
        names += packages_named((text for text, _ in read.texts), own)
        for name in dict.fromkeys(names):
            package = find_module(name)
            is_ours = package is not None and package.owner is Owner.LOCAL and package.is_package
            if package is not None and is_ours and name not in self._discovered:
                self._discovered.add(name)
                for info in itertools.islice(
                    pkgutil.iter_modules(list(package.locations), f"{name}."), _MOST_DISCOVERED
                ):
                    self.reach(info.name, f"{module}, which looks for modules in {name}")

    def foreign_needed(self, needed: dict[str, frozenset[int]]) -> dict[str, str]:
        """``foreign`` without the modules that only statements import which the call does not need."""
        return {name: why for name, why in self.foreign.items() if self._is_needed(name, needed)}

    def spare(self) -> frozenset[str]:
        """The modules of ``foreign`` that are only imported where something takes their place if they are not there."""
        return frozenset(self.foreign.keys() - self._required)

    def needed(self, needed: dict[str, frozenset[int]]) -> frozenset[str]:
        """``found`` without the modules that only statements import which the call does not need."""
        stack, seen = list(self._wanted), set[str]()
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            stack += [name.rpartition(".")[0]] if "." in name else []
            for other, lines in self._imports.get(name, {}).items():
                if any(self._is_line_needed(name, line, needed) for line in lines):
                    stack.append(other)
        return frozenset(seen & self.found.keys())

    def imported(self) -> frozenset[str]:
        """The outermost packages of all that is named in import statements, whoever's they are."""
        return frozenset(name.partition(".")[0] for names in self._imports.values() for name in names)

    def behind(self, name: str) -> frozenset[str]:
        """All local modules that importing this one imports, by way of others too."""
        seen: set[str] = set()
        stack = [name]
        while stack:
            for one in self._imports.get(stack.pop(), ()):
                if one in self.found and one not in seen:
                    seen.add(one)
                    stack.append(one)
        return frozenset(seen)

    def _is_needed(self, name: str, needed: dict[str, frozenset[int]]) -> bool:
        places = self._imported_at.get(name)
        if not places:
            return not any(
                name.startswith(other + ".") or other.startswith(name + ".") for other in self._imported_at
            ) or any(
                self._is_needed(other, needed)
                for other in self._imported_at
                if other.startswith(name + ".") or name.startswith(other + ".")
            )
        return any(self._is_line_needed(module, line, needed) for module, line in places)

    def _is_line_needed(self, module: str, line: int, needed: dict[str, frozenset[int]]) -> bool:
        found = self.found.get(module)
        if found is None or module not in needed:
            return True
        body = module_source(found).tree.body
        return any(body[index].lineno <= line <= (body[index].end_lineno or line) for index in needed[module])

    def first_in_cycle(self) -> dict[str, str]:
        """For each module that imports itself by way of others, which of them home imported first: there it has to be first too."""
        order = {name: index for index, name in enumerate(list(sys.modules))}
        firsts = {}
        for name in self.found:
            cycle = {name, *(other for other in self.behind(name) if name in self.behind(other))}
            loaded = [one for one in cycle if one in order]
            if len(cycle) > 1 and loaded:
                # The one whose import began first ended last.
                firsts[name] = max(loaded, key=order.__getitem__)
        return {name: first for name, first in firsts.items() if first != name}


def imported_modules(one: Import, module: str, is_package: bool) -> Iterator[str]:
    """The module names that an import statement may load; ``from a import b`` gives ``a``, and ``a.b`` if that is a module."""
    base = one.module
    if one.level:
        parts = module.split(".")
        parts = parts[: len(parts) - one.level + (1 if is_package else 0)]
        if not parts:
            return
        base = ".".join([*parts, one.module] if one.module else parts)
    yield base
    if not one.names:
        return
    above = find_module(base)
    if above is None or not above.is_package or above.owner is not Owner.LOCAL:
        return
    for name in one.names:
        if name != "*" and find_module(f"{base}.{name}") is not None:
            yield f"{base}.{name}"


@dataclass(frozen=True)
class ModuleSource:
    """The bytes of a module's file and what its code refers to, all of it."""

    data: bytes
    references: References
    tree: ast.Module


def module_source(found: FoundModule) -> ModuleSource:
    """The file of a local module. Raises PackagingError if it cannot be read."""
    assert found.path is not None
    try:
        status = os.stat(found.path)
    except OSError as error:
        data = _data_from_loader(found.name, found.path)
        if data is None:
            raise PackagingError(
                f"cannot read {found.path}: {error.strerror}", hint=f"it holds module {found.name}"
            ) from error
        return _parsed_module(found.path, data)
    return _module_source(found.path, status.st_mtime_ns, status.st_size)


def _data_from_loader(name: str, path: str) -> bytes | None:
    """What is in no file of its own: a module in a zip."""
    for entry in sys.path:
        if path.startswith(os.path.abspath(entry) + os.sep) and os.path.isfile(entry):
            try:
                return bytes(zipimport.zipimporter(entry).get_data(path))
            except (OSError, zipimport.ZipImportError):
                continue
    return None


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
        tree = ast.parse(data, path)
    except SyntaxError as error:
        raise CaptureError(f"{path} line {error.lineno} is not Python: {error.msg}") from error
    return ModuleSource(data, references(tree, postponed_annotations=True), tree)
