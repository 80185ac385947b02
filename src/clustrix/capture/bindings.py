"""What has to be done before a definition can be used there: its globals are bound, its cells filled."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterable
from typing import Any

from clustrix.capture.definitions.methods import Methods
from clustrix.capture.definitions.sources import Place, Source
from clustrix.capture.effects import Effect, ExecNamespace
from clustrix.capture.library_state.patches import patched
from clustrix.capture.module_state.restoring import Again
from clustrix.capture.module_state.same_objects import Origin, contents_of, named, origin_of
from clustrix.capture.modules.local_modules import ReadFromMain
from clustrix.capture.modules.needed import identifiers
from clustrix.capture.modules.ownership import Owner, is_mock, owner_of_module
from clustrix.capture.other_pythons.choices import choices_in
from clustrix.capture.other_pythons.chosen_elsewhere import chosen_origins
from clustrix.capture.reached import Reached, User, stays_because
from clustrix.capture.unseen import all_that_may_be_meant, is_of_prompt
from clustrix.references import References
from clustrix.syntax_nodes import nodes_in
from clustrix_remote import changed, placeholders, rebuild

#: Globals that a rebuilt module has of itself: where its file lies there, what its builtins are.
_SET_THERE = frozenset({"__file__", "__builtins__", "__spec__", "__loader__", "__cached__", "__annotations__"})
_CODE = (types.FunctionType, types.ModuleType, type)


class Bindings:
    """Finds the effects that definitions need; ``reached`` collects what must be shipped along."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached
        self._choices: dict[int, dict[str, tuple[Source, Place]]] = {}
        self._choosing: list[Place] = []
        self._chosen_elsewhere: dict[int, dict[str, Origin]] = {}
        #: Modules that no import brings back, and of which it is known what is read from them.
        self._known: set[int] = set()

    def of_globals(
        self,
        namespace: dict[str, Any],
        names: frozenset[str],
        found: References,
        user: User,
        methods: Methods | None = None,
    ) -> list[Effect]:
        """What binds the globals that are used, plain data first; nothing where the module itself is imported there.

        The ``methods`` of a class are told apart: in messages, and where nothing calls those that use what cannot travel.
        """
        space = self._reached.space(namespace)
        if space.index is None:
            return []
        effects = [
            Effect(changed.change, (module, name), value)
            for module, name, value in patched(namespace, found.attributes, found.bare)
        ]
        for name in sorted(
            (names & namespace.keys()) - _SET_THERE, key=lambda one: (not _is_atomic(namespace[one]), one)
        ):
            value = namespace[name]
            if name in found.spare and is_of_prompt(name, value):
                continue  # It asks whether it runs in a notebook.
            choice = self._choices_in(namespace).get(name)
            if choice is not None and not is_mock(value) and not _is_own_class(value, namespace):
                effects += self._of_choice(*choice, namespace)
                continue
            if type(value) is dict and "__builtins__" in value:
                value = ExecNamespace(value)
            effects += self._of_attributes(name, value, found, user.name)
            by = methods.user_at(found.lines.get(name, 0)) if methods else ""
            use = user.use("global", name, value, by)
            if self._reached.is_kept(use, methods):
                stand_in = Again(placeholders.stays_at_home, name, str(use), stays_because(value))
                effects.append(Effect(rebuild.bind, (space, name), stand_in))
                continue
            chosen = self._chosen_in(namespace).get(name)
            if chosen is not None:
                self._reached.import_module(sys.modules[chosen.module])
                effects.append(Effect(rebuild.bind, (space, name), named(chosen), use))
                continue
            origin = origin_of(name, value, namespace)
            if origin is None:
                effects.append(Effect(rebuild.bind, (space, name), value, use))
            else:
                self._reached.import_module(sys.modules[origin.module])
                effects.append(Effect(rebuild.bind, (space, name), named(origin), use))
                effects += [Effect(rebuild.same, origin, one) for one in contents_of(origin, value)]
        return effects

    def _choices_in(self, namespace: dict[str, Any]) -> dict[str, tuple[Source, Place]]:
        """The globals for which the Python there has to answer for itself."""
        if id(namespace) not in self._choices:
            self._choices[id(namespace)] = choices_in(namespace, self._reached.same_minor)
        return self._choices[id(namespace)]

    def _chosen_in(self, namespace: dict[str, Any]) -> dict[str, Origin]:
        """The globals for which a local module there has to answer."""
        if self._reached.same_minor:
            return {}
        if id(namespace) not in self._chosen_elsewhere:
            self._chosen_elsewhere[id(namespace)] = chosen_origins(namespace)
        return self._chosen_elsewhere[id(namespace)]

    def _of_choice(self, source: Source, place: Place, namespace: dict[str, Any]) -> list[Effect]:
        """What executes a statement there, after what it needs."""
        if place in self._choosing:
            return []
        self._choosing.append(place)
        found = place.references(postponed_annotations=True)
        self._reached.note(found, place, namespace, source)
        own = frozenset(place.qualname.split(", "))
        before = self.of_globals(
            namespace, found.names - own, found, User(place.qualname, source.filename, found.lines)
        )
        self._choosing.remove(place)
        definition = self._reached.definition(source, place, namespace)
        return [*before, Effect(rebuild.choose, (self._reached.space(namespace), definition))]

    def _of_attributes(self, name: str, value: Any, found: References, user: str) -> list[Effect]:
        """What code reads from a global that is a module."""
        paths = found.attributes.get(name, frozenset())
        if not isinstance(value, types.ModuleType):
            return []
        if owner_of_module(value) is not Owner.INTERACTIVE:
            return self._of_submodules(value, paths)
        if name in found.bare:
            return []  # it goes with all that it holds
        self._known.add(id(value))
        return self.of_content(vars(value), {path[0] for path in paths}, user)

    def of_module(self, module: types.ModuleType) -> list[Effect]:
        """What fills a module that no import brings back: all that it holds, unless it is known what is read from it."""
        if id(module) in self._known or module is sys.modules.get("__main__"):
            return []
        self._known.add(id(module))
        names = {name for name in vars(module) if not (name.startswith("__") and name.endswith("__"))}
        return self.of_content(vars(module), names, f"module {module.__name__}")

    def of_imports(self, found: References, node: ast.AST) -> list[Effect]:
        """``import __main__`` in a function: what it may read from there is bound there."""
        effects: list[Effect] = []
        for one in found.imports:
            module = sys.modules.get(one.module) if not one.level else None
            if isinstance(module, types.ModuleType) and owner_of_module(module) is Owner.INTERACTIVE:
                names = {*identifiers([node]), *one.names} & vars(module).keys()
                if _is_handed_on(one.module, node):
                    names |= all_that_may_be_meant(vars(module), self._reached.told)
                effects += self.of_content(vars(module), names, f"import of {one.module}")
        return effects

    def of_main(self, read: ReadFromMain) -> list[Effect]:
        """What binds globals of ``__main__`` for modules that import them from there, plain data first; and what was made by hand."""
        names = read.names
        content = vars(sys.modules["__main__"])
        plain = {name for name in names & content.keys() if not isinstance(content[name], _CODE)}
        user = "import of __main__"
        put = [Effect(rebuild.put_module, (name,), sys.modules[name]) for name in read.made]
        return self.of_content(content, plain, user) + put + self.of_content(content, names - plain, user)

    def of_namespace(self, namespace: dict[str, Any]) -> list[Effect]:
        """What fills the globals in which ``exec`` ran: all that they hold."""
        if id(namespace) in self._known:
            return []
        self._known.add(id(namespace))
        return self.of_content(namespace, namespace.keys() - {"__builtins__"}, "exec")

    def of_content(self, content: dict[str, Any], names: Iterable[str], user: str) -> list[Effect]:
        """What binds some names in globals that no import brings back."""
        space = self._reached.space(content)
        return [
            Effect(rebuild.bind, (space, name), content[name], User(user).use("global", name, content[name]))
            for name in sorted(set(names) & content.keys() - _SET_THERE)
        ]

    def _of_submodules(self, value: Any, paths: frozenset[tuple[str, ...]]) -> list[Effect]:
        """``import a`` may still mean ``a.b.c``, if something else at home imported that: there it is imported by name."""
        effects: list[Effect] = []
        for path in sorted(paths):
            name, module = value.__name__, value
            for part in path:
                name, inner = f"{name}.{part}", vars(module).get(part)
                if not isinstance(inner, types.ModuleType) or sys.modules.get(name) is not inner:
                    break
                module = inner
                self._reached.import_module(inner)
                effects.append(Effect(rebuild.held, (name,)))
        return effects

    def of_own_name(self, value: types.FunctionType | type, namespace: dict[str, Any]) -> list[Effect]:
        """What binds a function or class to its name in its module, if that is so at home: there pickle looks for it."""
        space = self._reached.space(namespace)
        if space.index is None or namespace.get(value.__qualname__) is not value:
            return []
        return [Effect(rebuild.bind, (space, value.__qualname__), value)]

    def of_cells(self, cells: dict[str, types.CellType], user: User) -> list[Effect]:
        """What fills the cells that are filled at home."""
        effects = []
        for name, cell in cells.items():
            try:
                value = cell.cell_contents
            except ValueError:
                continue  # not filled yet at home either
            use = user.use("closure variable", name, value)
            effects.append(Effect(rebuild.fill_cell, (self._reached.cell_number(cell),), value, use))
        return effects

    def cell_numbers(self, cells: dict[str, types.CellType]) -> dict[str, int]:
        """The numbers of cells by the names of their variables."""
        return {name: self._reached.cell_number(cell) for name, cell in cells.items()}


def _is_handed_on(name: str, node: ast.AST) -> bool:
    """Whether code does more with a module than to read attributes: ``vars(__main__)``, ``inspect.getmembers(__main__)``."""
    read = {id(one.value) for one in nodes_in(node) if isinstance(one, ast.Attribute)}
    return any(isinstance(one, ast.Name) and one.id == name and id(one) not in read for one in nodes_in(node))


def _is_atomic(value: Any) -> bool:
    return isinstance(value, (str, bytes, int, float, type(None)))


def _is_own_class(value: Any, namespace: dict[str, Any]) -> bool:
    """Whether a class is of these globals' own source: objects that go along are of it, so no other is made there."""
    return isinstance(value, type) and value.__module__ == namespace.get("__name__")
