"""What a call reaches, as it is found while the call is pickled: sources, modules, namespaces, cells, data files."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clustrix.capture.definitions.methods import Methods
from clustrix.capture.definitions.sources import Place, Source
from clustrix.capture.module_state.own_containers import ContainersMet
from clustrix.capture.modules.found_modules import module_source
from clustrix.capture.modules.local_modules import LocalModules
from clustrix.capture.modules.ownership import Owner, module_objects, owner_of_module
from clustrix.capture.modules.searched_folders import search_where_it_will
from clustrix.capture.reductions.travelling import travels
from clustrix.capture.unseen import words_in
from clustrix.code_names import short_name
from clustrix.dependency_analysis import references
from clustrix.errors import CaptureError
from clustrix.references import Import, References
from clustrix_remote import libraries
from clustrix_remote.array_views import Arrays
from clustrix_remote.definitions import Definition


@dataclass(frozen=True)
class User:
    """A definition that uses values: ``price()``, its file, and at which line it uses which name first."""

    name: str
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def use(self, kind: str, name: str, value: Any, by: str = "") -> Use:
        """That it uses this; ``by`` names one of its parts, a method."""
        return Use(kind, name, value, by or self.name, self.file, self.lines.get(name, 0))


@dataclass(frozen=True)
class Use:
    """One value that is shipped because a definition uses it: ``global RATE used by price(), shop.py line 12``."""

    kind: str
    name: str
    value: Any = field(repr=False)
    user: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.kind} {self.name}{self.used_by}"

    @property
    def used_by(self) -> str:
        """`` used by price(), shop.py line 12``."""
        place = f", {short_name(self.file)} line {self.line}" if self.file and self.line else ""
        return f" used by {self.user}{place}"

    @property
    def stays_at_home(self) -> str:
        """What whoever uses the value there is told, if it does not travel."""
        return f"{self}: {stays_because(self.value)}"


def stays_because(value: Any) -> str:
    """Why a value does not travel, and what to do."""
    return f"{kind_of(value)} cannot be sent to the cluster; open or make it inside the function"


def kind_of(value: Any) -> str:
    """``sqlite3.Connection``."""
    return f"{type(value).__module__}.{type(value).__qualname__}"


@dataclass(eq=False)
class Space:
    """A namespace as it stands in pickles: a rebuilt module (by its index), or an imported one (by its name)."""

    index: int | None
    name: str
    namespace: dict[str, Any] = field(repr=False)


@dataclass
class UsedSource:
    """A source of which definitions are shipped."""

    name: str
    source: Source
    places: list[Place] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Text:
    """A string constant in code that is shipped, and the folders in which it may name a file."""

    text: str
    line: int
    where: str

    @property
    def place(self) -> str:
        """``named in study.py line 12``."""
        return f"named in {self.where} line {self.line}"


class Reached:
    """Collects what must be shipped with a pickle. ``same_minor`` says whether the cluster's Python reads our bytecode."""

    def __init__(
        self,
        modules: LocalModules,
        same_minor: bool,
        target: str,
        looks_at: frozenset[str] = frozenset(),
        given: tuple[str, ...] = (),
        arrays: Arrays | None = None,
    ) -> None:
        self.modules = modules
        #: What the program reads of itself, and the texts in its arguments with their words (see ``capture.unseen``).
        self.looks_at = looks_at
        self.given = given
        self.told = words_in(given)
        #: Whether what cannot travel stays at home where only methods use it; those methods.
        self.keeps = False
        self.kept_from: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign] = []
        self.sources: dict[tuple[str, str], UsedSource] = {}
        self.spaces: list[Space] = []
        self.used: list[Use] = []
        self.texts: list[tuple[Text, dict[str, Any]]] = []
        #: Classes of the values that travel, where the Pythons differ.
        self.kinds: set[type] = set()
        #: Local modules that are imported for what they do then, in this order.
        self.for_effect: dict[str, None] = {}
        #: Modules that values stand for, or are found in by name.
        self.imported: set[str] = set()
        #: What the captured definitions refer to.
        self.read: list[References] = []
        self.undecided: list[str] = []
        self.home: list[Any] = []
        self._target = target
        self.same_minor = same_minor
        self._by_namespace: dict[int, Space] = {}
        #: Names of functions and classes that are imported there by name.
        self.wanted: set[str] = set()
        self._namespaces: dict[str, dict[str, Any]] = {}
        self._cells: dict[int, int] = {}
        self._kept: list[Any] = []
        self.arrays = arrays or Arrays({})
        self.containers = ContainersMet(modules)
        #: What modules make, by their names and the objects' ids (see ``capture.markers``).
        self.made_in: dict[str, dict[int, str]] = {}
        #: What was found in classes whose objects were met (see ``reductions.markers``).
        self.marked: dict[type, Any] = {}
        self.module_objects = module_objects()

    def references(self) -> Iterator[References]:
        """What all code that is shipped refers to; more may be reached meanwhile."""
        yield from self.read
        yield from (module_source(one).references for one in list(self.modules.found.values()) if one.path is not None)

    # Namespaces

    def space(self, namespace: dict[str, Any]) -> Space:
        """The namespace as pickles name it."""
        space = self._by_namespace.get(id(namespace))
        if space is None:
            space = self._by_namespace[id(namespace)] = self._new_space(namespace)
        return space

    def _new_space(self, namespace: dict[str, Any]) -> Space:
        name = namespace.get("__name__")
        module = sys.modules.get(name) if isinstance(name, str) else None
        if (
            isinstance(module, types.ModuleType)
            and vars(module) is namespace
            and owner_of_module(module) is not Owner.INTERACTIVE
        ):
            self.import_module(module)
            return Space(None, module.__name__, namespace)
        index = len(self.spaces)
        # A namespace of exec may bear the name of a module that is somebody else's: then it needs one of its own.
        taken = module is not None and name != "__main__" and vars(module) is not namespace
        own = name if isinstance(name, str) and not taken and name != "builtins" else f"__clustrix_{index}__"
        space = Space(index, own, namespace)
        self.spaces.append(space)
        return space

    def space_of(self, value: Any) -> Space:
        """The namespace of the module that a value says it is of."""
        module = sys.modules.get(value.__module__)
        return self.space(vars(module) if module is not None else {"__name__": value.__module__})

    def import_module(self, module: types.ModuleType) -> None:
        """Note that a module is imported there."""
        self.imported.add(module.__name__)
        if owner_of_module(module) in (Owner.LOCAL, Owner.INSTALLED):
            self.modules.reach(module.__name__, "the function")

    def reduce_view(self, value: Any, kind: type) -> Any:
        """How an array is pickled that shares its memory with others; NotImplemented for all else."""
        view = self.arrays.reduce(value, kind)
        if view is not NotImplemented:
            self.import_library(kind)
        return view

    def library_reducer(self, kind: type) -> Callable[[Any], Any] | None:
        """How another Python, with other versions of libraries, rebuilds objects of a library's class; None for all others."""
        reduce: Callable[[Any], Any] | None = libraries.reducer(kind)
        if reduce is not None:
            self.import_library(kind)
        return reduce or libraries.attrs_reducer(kind)

    def import_library(self, kind: type) -> None:
        """Note that the library is imported there that a class is of: values of it are rebuilt without its name."""
        module = sys.modules.get(kind.__module__.partition(".")[0])
        if module is not None:
            self.import_module(module)

    # Sources

    def namespace_of(self, used: UsedSource) -> dict[str, Any]:
        """The globals that a source's definitions use."""
        return self._namespaces.get(used.name, {})

    def definition(self, source: Source, place: Place, namespace: dict[str, Any]) -> Definition:
        """The place as pickles name it; its lines are shipped."""
        used = self.sources.get((source.filename, source.text))
        if used is None:
            used = self.sources[source.filename, source.text] = UsedSource(f"{len(self.sources)}.py", source)
        self._namespaces[used.name] = namespace
        if place not in used.places:
            used.places.append(place)
            used.why.append(place.qualname)
        definition = source.definition(place, used.name)
        return definition._replace(futures=("annotations",)) if place.postponed else definition

    def note(
        self, found: References, owner: types.FunctionType | type | Place, namespace: dict[str, Any], source: Source
    ) -> None:
        """Follow the imports inside a definition; remember its texts, which may name files, and what nobody can follow."""
        file = short_name(source.filename)
        if self.space(namespace).index is None:
            return  # all of an imported module is followed as one
        self.read.append(found)
        package = str(namespace.get("__package__") or "")
        search_where_it_will(found, source.filename, namespace)
        self.modules.reach_imports(found.imports, package, True, file, is_wanted=True)
        self.modules.reach_data_packages(found, package, True)
        if found.discovers:
            self.modules.reach_packages_of(found, package, True, self._imports_of(source))
        for text, line in found.texts:
            self.texts.append((Text(text, line, file), namespace))
        for name, line in found.unseeable:
            self.undecided.append(
                f"{name}() in {_name(owner)}, {file} line {line}: what it reaches is not seen; name it in include=[..]"
            )

    def definitions(self) -> tuple[list[ast.AST], list[ast.AST]]:
        """The captured ones, and the shipped modules."""
        captured: list[ast.AST] = [place.node for used in self.sources.values() for place in used.places]
        return captured, [module_source(one).tree for one in self.modules.found.values() if one.path is not None]

    def _imports_of(self, source: Source) -> tuple[Import, ...]:
        return references(source.tree).imports

    def without_source(self, value: Any) -> None:
        """Its source is nowhere: bytecode travels between equal versions only. Raises CaptureError between others."""
        if not self.same_minor:
            own = "{}.{}".format(*sys.version_info[:2])
            raise CaptureError(
                f"the source of {value.__qualname__} is not to be had (or was edited since), and its bytecode is Python {own}'s, "
                f"which the cluster's {self._target} cannot read",
                where=getattr(getattr(value, "__code__", None), "co_filename", value.__module__),
                hint="define it in a file or a cell; what exec() makes has a source if linecache knows its text by the name given to compile()",
            )
        self.undecided.append(
            f"{value.__qualname__} has no source: it travels as bytecode, and its imports are not followed"
        )

    # Identity

    def token(self, value: Any) -> int:
        """A number by which the other side names this very object when it comes back."""
        self.home.append(value)
        return len(self.home) - 1

    def is_kept(self, use: Use, methods: Methods | None) -> bool:
        """Whether a value stays at home: it cannot travel, and nothing but methods and attributes of classes uses it."""
        users = methods.only_users(use.name) if methods and self.keeps and not travels(use.value) else []
        if not users:
            return False
        self.kept_from += users
        self.undecided.append(f"{use.stays_at_home}: no method is called that uses it")
        return True

    def cell_number(self, cell: types.CellType) -> int:
        """The number of a closure's cell; functions that share it share the number."""
        if id(cell) not in self._cells:
            self._cells[id(cell)] = len(self._cells)
            self._kept.append(cell)
        return self._cells[id(cell)]


def _name(owner: types.FunctionType | type | Place) -> str:
    return owner.qualname if isinstance(owner, Place) else owner.__qualname__
