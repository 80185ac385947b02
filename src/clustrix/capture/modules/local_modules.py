"""Local modules and what they import in turn: which files are shipped. Nothing is imported to find out."""

from __future__ import annotations

import itertools
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from clustrix.capture.modules.discovery import modules_in, places_of_modules, star_names
from clustrix.capture.modules.edits import refuse_edited
from clustrix.capture.modules.found_modules import (
    PUTS_MODULES,
    FoundModule,
    find_module,
    is_made_by_hand,
    module_source,
)
from clustrix.capture.modules.ownership import Owner, is_extension
from clustrix.capture.modules.searched_folders import search_where_module_will
from clustrix.dependency_analysis import packages_named, read_from_main
from clustrix.errors import CaptureError
from clustrix.references import Import, References


@dataclass(frozen=True)
class ReadFromMain:
    """The globals of ``__main__`` that shipped modules read, and the modules whose import does so, by themselves or by way of others.

    ``made`` are modules that the program has made or put in another's place (``sys.modules["sdk"] = fake``), and shipped ones import.
    """

    names: frozenset[str]
    modules: frozenset[str]
    made: tuple[str, ...] = ()


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
        self._discovered: dict[str, bool] = {}
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

    def include(self, name: str) -> bool:
        """Take in what the user names, of a package all that is in it. Whether it is local."""
        found = self.reach(name.removesuffix(".*"), "include=")
        packages = [found] if found else []
        for package in packages:
            for info in pkgutil.iter_modules(list(package.locations), f"{package.name}."):
                inner = find_module(info.name)
                # Not as needed: other parts of it may import what is not there.
                if inner is not None and not is_extension(inner.path or "") and self._reach(info.name, "include="):
                    packages.append(inner)
        return found is not None

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
        living = sys.modules.get(found.name)
        if living is not None and getattr(living, "__file__", None) == found.path:
            refuse_edited(living, found)
        read = module_source(found).references
        search_where_module_will(read, found.path, vars(living) if isinstance(living, ModuleType) else {})
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
        imported = [name for one in (*read.imports, *also) for name in imported_modules(one, module, is_package)]
        for name, is_deep in places_of_modules(read, own, imported).items():
            package = find_module(name)
            if package is None or package.owner is not Owner.LOCAL:
                continue
            if not package.is_package:
                self.reach(name, f"{module}, which may import it by its name")
            elif name not in self._discovered or (is_deep and not self._discovered[name]):
                self._discovered[name] = is_deep
                for inner in modules_in(package, is_deep):
                    self.reach(inner, f"{module}, which looks for modules in {name}")

    def foreign_needed(self, needed: dict[str, frozenset[int]]) -> dict[str, str]:
        """``foreign`` without the modules that only statements import which the call does not need."""
        return {name: why for name, why in self.foreign.items() if self._is_needed(name, needed)}

    def spare(self) -> frozenset[str]:
        """The modules of ``foreign`` that are only imported where something takes their place if they are not there."""
        return frozenset(self.foreign.keys() - self._required)

    def needed(self, needed: dict[str, frozenset[int]]) -> frozenset[str]:
        """``found`` without the modules that only statements import which the call does not need."""
        return self.followed(lambda name, line: self._is_line_needed(name, line, needed))

    def followed(self, is_run: Callable[[str, int], bool]) -> frozenset[str]:
        """Of ``found`` what is wanted, and what that imports by way of import statements that are run: told by module and line."""
        stack, seen = list(self._wanted), set[str]()
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            stack += [name.rpartition(".")[0]] if "." in name else []
            for other, lines in self._imports.get(name, {}).items():
                if any(is_run(name, line) for line in lines):
                    stack.append(other)
        return frozenset(seen & self.found.keys())

    def imported(self) -> frozenset[str]:
        """The outermost packages of all that is named in import statements, whoever's they are."""
        return frozenset(name.partition(".")[0] for names in self._imports.values() for name in names)

    def read_from_main(self) -> ReadFromMain | None:
        """What shipped modules import from ``__main__``, and of what the program made by hand; None for nothing."""
        shipped = {name: names for name, names in self._imports.items() if name in self.found}
        made = self._made_by_hand(dict.fromkeys(itertools.chain(*shipped.values())))
        readers = [name for name, names in shipped.items() if not names.keys().isdisjoint(("__main__", *made))]
        if not readers:
            return None
        trees = (module_source(self.found[name]).tree for name in readers if "__main__" in shipped[name])
        names = frozenset[str]().union(*map(read_from_main, trees))
        importing = {name for name in self.found if name in readers or not self.behind(name).isdisjoint(readers)}
        return ReadFromMain(names & vars(sys.modules["__main__"]).keys(), frozenset(importing), made)

    def _made_by_hand(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those that the program put into ``sys.modules``; nothing if a shipped module puts any there, as it will in a job."""
        found = tuple(filter(is_made_by_hand, names))
        sources = (module_source(one).data for one in self.found.values() if found and one.path is not None)
        return () if any(map(PUTS_MODULES.search, sources)) else found

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
    for name in star_names(above) if "*" in one.names else one.names:
        if find_module(f"{base}.{name}") is not None:
            yield f"{base}.{name}"
