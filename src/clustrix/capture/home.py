"""What comes home from a job by reference: the client's own objects by number, functions and classes made there by their source.

The other end is :mod:`clustrix_remote.made`.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from clustrix.capture.definitions.sources import Place, Source, interactive_sources, source_named
from clustrix_remote import definitions, hashed

_BASES = "__clustrix_bases__"


@contextmanager
def _bound_in(namespace: dict[str, Any], names: Mapping[str, Any]) -> Iterator[None]:
    """Bind names for a while; what they were before they are again afterwards."""
    before = {name: namespace[name] for name in names if name in namespace}
    namespace.update(names)
    try:
        yield
    finally:
        for name in names:
            del namespace[name]
        namespace.update(before)


def _cells(names: tuple[str, ...], shared: tuple[list[types.CellType], ...]) -> dict[str, types.CellType]:
    """New cells; those that functions share there come with the same list, which holds the cell from then on."""
    for one in shared:
        if not one:
            one.append(types.CellType())
    return {name: one[0] for name, one in zip(names, shared, strict=True)}


def _copy_annotations(own: Any, made: Any) -> None:
    # From Python 3.14 on, reading them evaluates them.
    name = "__annotate__" if hasattr(own, "__annotate__") else "__annotations__"
    setattr(made, name, getattr(own, name))


class Home(Sequence[Any]):
    """The client's objects by the numbers under which they were sent, and the sources of what a job may make."""

    def __init__(
        self, objects: Sequence[Any], sources: Mapping[str, Source], namespaces: Mapping[str, dict[str, Any]]
    ) -> None:
        self._objects = objects
        self._sources = sources
        self._namespaces = namespaces
        self._cells: dict[int, list[types.CellType]] = {}

    def __len__(self) -> int:
        return len(self._objects)

    def __getitem__(self, index: Any) -> Any:
        return self._objects[index]

    def function(
        self,
        file: str,
        line: int,
        column: int | None,
        name: str,
        qualname: str,
        module: str,
        free_names: tuple[str, ...],
        shared: tuple[list[types.CellType], ...],
    ) -> types.FunctionType:
        """A function that the job made, from the source that stands here; its cells are empty yet."""
        namespace = self._namespace(module)
        source = self._source(file, namespace)
        place = source.place_at(name, line, column, qualname) if source is not None else None
        if source is None or place is None:
            raise LookupError(f"the source of {qualname} is not here ({file} line {line})")
        code = definitions.function_code(source.definition(place, ""), source.text, file, tuple(sorted(free_names)))
        cells = _cells(free_names, shared)
        made = types.FunctionType(code, namespace, name, None, tuple(cells[free] for free in code.co_freevars))
        made.__qualname__ = qualname
        self._cells[id(made)] = [cells[free] for free in free_names]
        return made

    def changed(
        self, token: int, free_names: tuple[str, ...], shared: tuple[list[types.CellType], ...]
    ) -> types.FunctionType:
        """Another function of the code of one of ours, whose variables the job changed; its cells are empty yet."""
        own = self._objects[token]
        cells = _cells(free_names, shared)
        closure = tuple(cells[free] for free in own.__code__.co_freevars)
        made = types.FunctionType(own.__code__, own.__globals__, own.__name__, None, closure)
        made.__qualname__, made.__module__ = own.__qualname__, own.__module__
        _copy_annotations(own, made)
        self._cells[id(made)] = [cells[free] for free in free_names]
        return made

    def of_module(self, module: str, name: str, kind: type, state: dict[str, Any]) -> Any:
        """What a module has in a global, if that holds what it held there; else another object of its class."""
        found = self._namespace(module).get(name)
        if type(found) is kind and hashed.attributes(found) == state:
            return found
        made: Any = object.__new__(kind)
        for attribute, value in state.items():
            object.__setattr__(made, attribute, value)
        return made

    def fill_function(self, made: types.FunctionType, state: dict[str, Any]) -> None:
        """Give a function its cells' contents, defaults and attributes."""
        self._fill_cells(made, state["cells"])
        for name, value in state["attributes"].items():
            setattr(made, name, value)

    def class_(
        self,
        qualname: str,
        module: str,
        line: int,
        free_names: tuple[str, ...],
        shared: tuple[list[types.CellType], ...],
        bases: tuple[type, ...],
        values: dict[str, Any],
        modules: dict[str, str],
    ) -> type:
        """A class that the job made: its statement is executed here, in the module that it is of.

        ``values`` and ``modules`` are what it refers to meanwhile, by their names there.
        """
        namespace = self._namespace(module)
        source, place = self._class_place(qualname, namespace, line)
        node: Any = place.node
        cells = _cells(free_names, shared)
        decorators = tuple(range(len(node.decorator_list)))
        code = definitions.class_builder_code(
            source.definition(place, ""),
            source.text,
            source.filename,
            tuple(sorted(free_names)),
            qualname,
            decorators,
            _BASES if node.bases else "",
        )
        needed = {**values, **{name: importlib.import_module(one) for name, one in modules.items()}, _BASES: bases}
        closure = tuple(cells[free] for free in code.co_freevars)
        with _bound_in(namespace, needed):
            made: type = types.FunctionType(code, namespace, code.co_name, None, closure)()
        self._cells[id(made)] = [cells[free] for free in free_names]
        return made

    def fill_class(self, made: type, state: dict[str, Any]) -> None:
        """Give the variables around a class their contents."""
        self._fill_cells(made, state["cells"])

    def _fill_cells(self, made: Any, contents: list[list[Any]]) -> None:
        for cell, content in zip(self._cells.pop(id(made)), contents, strict=True):
            if content:
                cell.cell_contents = content[0]

    def _namespace(self, module: str) -> dict[str, Any]:
        found = self._namespaces.get(module)
        return found if found is not None else vars(sys.modules.get(module) or importlib.import_module(module))

    def _source(self, file: str, namespace: dict[str, Any]) -> Source | None:
        return self._sources.get(file) or source_named(file, namespace)

    def _class_place(self, qualname: str, namespace: dict[str, Any], line: int) -> tuple[Source, Place]:
        file = namespace.get("__file__")
        own = self._source(file, namespace) if isinstance(file, str) else None
        # A notebook's cell that was run there defines classes that nothing here has met.
        for source in [*self._sources.values(), *([own] if own else []), *interactive_sources(namespace)]:
            places = source.places_of_class(qualname)
            around = [place for place in places if place.first_line <= line <= place.last_line]
            if around or (places and not line):
                return source, (around or places)[-1]
        raise LookupError(f"the source of class {qualname} is not here")
