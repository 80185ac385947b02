"""The pickler of a call: what no import brings back goes as source and living state, everything else by name.

A function's or class's *effects*, bindings of globals and contents of cells, are executed while the pickle is loaded, in the order in which they
were met: so that a class body, a ``__hash__`` or a ``__setstate__`` that runs in between finds what it needs.
"""

from __future__ import annotations

import functools
import marshal
import pickle
import sys
import types
from collections.abc import Callable
from typing import Any

from clustrix.capture.changes import is_mock, module_changes
from clustrix.capture.classes import ClassPlan, class_changes, class_namespace, plan_class, virtual_subclasses
from clustrix.capture.embedded import is_edited
from clustrix.capture.ownership import Owner, owner_of_module
from clustrix.capture.reached import Reached, Space, Use
from clustrix.capture.reducers import Reduced, mock_reducer, special_reducer
from clustrix.capture.sources import Place, Source, source_of_code
from clustrix.dependency_analysis import References
from clustrix_remote import changed, portable, rebuild
from clustrix_remote.deep import DeepPickler


class Cycle(Exception):
    """A class refers to itself through data that its own definition needs."""

    def __init__(self, kind: type) -> None:
        super().__init__(kind.__qualname__)
        self.kind = kind


class Effect:
    """Something that is done while the pickle is loaded: ``function(*target, value)``, once for each target."""

    def __init__(
        self, function: Callable[..., Any], target: tuple[Any, ...], value: Any, use: Use | None = None
    ) -> None:
        self.function = function
        self.target = target
        self.value = value
        self.use = use


class _Opened:
    """Marks in the pickle that a class has been made, and brings the effects that had to wait for it."""

    def __init__(self, kind: type) -> None:
        self.kind = kind


class _Reducing:
    """How objects are pickled; ``reached`` collects what must be shipped along."""

    def begin(self, reached: Reached, same_versions: bool, postponed: frozenset[type]) -> None:
        """Has to be called first."""
        self._reached = reached
        self._portable = {} if same_versions else portable.reducers()
        self._postponed = postponed
        self._opening: list[type] = []
        self._waiting: dict[type, list[Effect]] = {}
        self._done: set[tuple[Any, ...]] = set()

    def reducer_override(self, value: Any) -> Any:
        """How ``value`` is pickled; NotImplemented for pickle's own way."""
        kind = type(value)
        if kind is types.FunctionType:
            return self._function(value)
        if isinstance(value, type):
            return self._class(value)
        if kind is Effect:
            return self._effect(value)
        if kind is Space:
            return (rebuild.imported, (value.name,)) if value.index is None else (rebuild.module, (value.index,))
        if kind is _Opened:
            self._opening.remove(value.kind)
            waited = self._waiting.pop(value.kind, [])
            return (rebuild.same, (waited,)) if waited else _NOTHING
        if isinstance(value, types.ModuleType):
            return self._module(value)
        return self._other(value, kind)

    def _other(self, value: Any, kind: type) -> Any:
        if kind.__module__ == "clustrix.decorator" and kind.__name__ == "ClusterFunction":
            return self._decorated(value)
        special = special_reducer(kind)
        if special is not None:
            return special(value, self._reached)
        if is_mock(value):
            return mock_reducer(value)
        always = portable.always(kind)
        if always is not None:
            return always(value)
        if isinstance(value, BaseException):
            reduce = portable.exception_reducer(kind)
            return reduce(value) if reduce else NotImplemented
        if self._portable:
            family = self._portable.get(kind.__module__.partition(".")[0])
            reduce = family(kind) if family else None
            if reduce:
                return reduce(value)
        return NotImplemented

    # Namespaces and effects

    def _effect(self, effect: Effect) -> Reduced:
        """The effect now; later if its value is, or may hold, a class that is still to be made; nothing if it was done before."""
        if effect.target in self._done:
            return _NOTHING
        for kind in self._opening:
            if effect.value is kind:
                self._waiting.setdefault(kind, []).append(effect)
                return _NOTHING
        held = [kind for kind in self._opening if kind in self._postponed]
        if held and not isinstance(effect.value, (types.FunctionType, types.ModuleType, type)):
            self._waiting.setdefault(held[0], []).append(effect)
            # Until then an empty one of its kind: what a metaclass or a decorator writes into it is replaced.
            empty = type(effect.value)() if type(effect.value) in (dict, list, set) else None
            return _NOTHING if empty is None else (effect.function, (*effect.target, empty))
        self._done.add(effect.target)
        if effect.use is not None:
            self._reached.used.append(effect.use)
        return effect.function, (*effect.target, effect.value)

    def _global_effects(
        self, namespace: dict[str, Any], names: frozenset[str], found: References, user: str
    ) -> list[Effect]:
        """What binds the globals that are used, plain data first; nothing where the module itself is imported there."""
        space = self._reached.space(namespace)
        if space.index is None:
            return []
        effects = []
        file = namespace.get("__file__")
        for name in sorted(
            (names & namespace.keys()) - _SET_THERE, key=lambda one: (not _is_atomic(namespace[one]), one)
        ):
            value = namespace[name]
            effects += self._submodule_effects(value, found.attributes.get(name, frozenset()))
            use = Use("global", name, value, user, file if isinstance(file, str) else "", found.lines.get(name, 0))
            effects.append(Effect(rebuild.bind, (space, name), value, use))
        return effects

    def _submodule_effects(self, value: Any, paths: frozenset[tuple[str, ...]]) -> list[Effect]:
        """``import a`` may still mean ``a.b.c``, if something else at home imported that: there it is imported by name."""
        effects: list[Effect] = []
        for path in sorted(paths) if isinstance(value, types.ModuleType) else ():
            name, module = value.__name__, value
            for part in path:
                name, inner = f"{name}.{part}", getattr(module, part, None)
                if not isinstance(inner, types.ModuleType) or sys.modules.get(name) is not inner:
                    break
                module = inner
                self._reached.import_module(inner)
                effects.append(Effect(rebuild.imported, (), name))
        return effects

    def _cell_effects(self, cells: dict[str, types.CellType], user: str) -> list[Effect]:
        effects = []
        for name, cell in cells.items():
            try:
                value = cell.cell_contents
            except ValueError:
                continue  # not filled yet at home either
            use = Use("closure variable", name, value, user, "", 0)
            effects.append(Effect(rebuild.fill_cell, (self._reached.cell_number(cell),), value, use))
        return effects

    def _cell_numbers(self, cells: dict[str, types.CellType]) -> dict[str, int]:
        return {name: self._reached.cell_number(cell) for name, cell in cells.items()}

    # Modules, functions, classes

    def _module(self, module: types.ModuleType) -> Any:
        if owner_of_module(module) is Owner.INTERACTIVE:
            return rebuild.same, (self._reached.space(vars(module)),)
        self._reached.import_module(module)
        return rebuild.imported, (module.__name__,)

    def _function(self, function: types.FunctionType) -> Any:
        by_name = self._by_name(function)
        if by_name is not None:
            return by_name
        if (
            hasattr(function, "registry")
            and hasattr(function, "dispatch")
            and function.__code__.co_filename == functools.__file__
        ):
            return self._dispatcher(function)
        code, namespace = function.__code__, function.__globals__
        cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        source, place = self._place(code, namespace)
        definition: Any
        if source is None or place is None:
            self._reached.without_source(function)
            definition, found = marshal.dumps(code), _references_of_code(code)
        else:
            definition = self._reached.definition(source, place, namespace)
            found = place.references("annotations" in source.futures)
            self._reached.note(found, function, namespace, source)
        names = found.late - set(code.co_freevars)
        state = {"attributes": _function_attributes(function)}
        args = (
            self._reached.space(namespace), definition, function.__name__, function.__qualname__,
            self._cell_numbers(cells), self._reached.token(function),
        )  # fmt: skip
        user = function.__qualname__ + "()"
        effects = self._cell_effects(cells, user) + self._global_effects(namespace, names, found, user)
        return rebuild.function, args, dict(state, effects=effects), None, None, rebuild.fill_function

    def _decorated(self, value: Any) -> Any:
        """What @cluster made: in a job too it can be called in all its ways, and runs in place."""
        module = sys.modules.get(getattr(value, "__module__", None) or "")
        if (
            module is not None
            and owner_of_module(module) is not Owner.INTERACTIVE
            and _at(module, value.__qualname__) is value
        ):
            self._reached.import_module(module)
            self._reached.wanted.add(value.__qualname__.partition(".")[0])
            return rebuild.attribute, (module.__name__, value.__qualname__)
        return rebuild.decorated, (value.__wrapped__, self._reached.token(value))

    def _place(self, code: types.CodeType, namespace: dict[str, Any]) -> tuple[Source | None, Place | None]:
        source = source_of_code(code, namespace)
        if source is not None and not _is_rewritten(namespace) and is_edited(source.text, source.filename, code):
            return None, None  # what was imported stands nowhere any more
        return source, source.place_of_code(code) if source is not None else None

    def _dispatcher(self, function: Any) -> Any:
        others = [(kind, one) for kind, one in function.registry.items() if kind is not object]
        return rebuild.dispatcher, (function.registry[object],), others, None, None, rebuild.fill_dispatcher

    def _class(self, kind: type) -> Any:
        by_name = self._by_name(kind)
        if by_name is not None:
            return by_name
        if kind in self._opening:
            raise Cycle(kind)
        special = special_reducer(type(kind), kind)
        reduced = special(kind, self._reached) if special is not None else None
        if reduced is not None:
            return reduced
        namespace = class_namespace(kind)
        plan = plan_class(kind, namespace)
        if plan is None:
            return self._class_without_source(kind, namespace)
        return self._class_from_source(kind, namespace, plan)

    def _class_from_source(self, kind: type, namespace: dict[str, Any], plan: ClassPlan) -> Any:
        self._opening.append(kind)
        self._reached.note(plan.references, kind, namespace, plan.source)
        user = f"class {kind.__qualname__}"
        names = plan.references.names - set(plan.cells)
        before = self._cell_effects(plan.cells, user)
        before += self._global_effects(namespace, names & plan.references.early, plan.references, user)
        args = (
            self._reached.space(namespace), self._reached.definition(plan.source, plan.place, namespace), kind.__qualname__, self._cell_numbers(plan.cells),
            plan.decorators, kind.__bases__ if plan.own_bases else None, before, self._reached.token(kind),
        )  # fmt: skip
        changed, gone = class_changes(kind, plan, functools.partial(self._is_users, bool(plan.decorators)))
        # What only its methods use is bound after the class is there, as it often refers to the class itself.
        after = _Later(lambda: self._global_effects(namespace, names, plan.references, user))
        state = {
            "opened": _Opened(kind),
            "after": after,
            "attributes": changed,
            "gone": gone,
            "virtual": virtual_subclasses(kind),
        }
        return rebuild.class_, args, state, None, None, rebuild.fill_class

    def _class_without_source(self, kind: type, namespace: dict[str, Any]) -> Any:
        given = {name: value for name, value in vars(kind).items() if name in ("__slots__", "__doc__")}
        skipped = {
            "__dict__",
            "__weakref__",
            "__module__",
            "__qualname__",
            "__slots__",
            "__doc__",
            "_abc_impl",
            *_slots(kind),
        }
        attributes = [(name, value) for name, value in vars(kind).items() if name not in skipped]
        metaclass, bases = type(kind), kind.__bases__
        args = (
            self._reached.space(namespace),
            metaclass,
            kind.__name__,
            kind.__qualname__,
            bases,
            given,
            self._reached.token(kind),
        )
        return rebuild.bare_class, args, {"attributes": attributes, "gone": []}, None, None, rebuild.fill_class

    def _is_users(self, has_library_decorators: bool, function: types.FunctionType) -> bool:
        """Whether a function was put into a class by the user, not generated by a decorator such as ``dataclass``."""
        module = sys.modules.get(function.__globals__.get("__name__", ""))
        if module is not None and owner_of_module(module) not in (Owner.INTERACTIVE, Owner.LOCAL):
            return False
        if self._place(function.__code__, function.__globals__)[1] is not None:
            return True
        # NamedTuple and the like generate functions in namespaces that are no module's.
        return module is not None and not has_library_decorators

    def _by_name(self, value: Any) -> Any:
        """How a function or class goes by name: NotImplemented for pickle's own way, None if no import brings it back."""
        module = sys.modules.get(value.__module__ or "")
        if module is None:
            return None
        if module.__name__ == "builtins" and isinstance(value, type):
            # What exec makes in a namespace without a name says that it is a builtin.
            return None if value.__flags__ & _HEAP_TYPE else _builtin_class(value)
        if module.__name__.partition(".")[0] == "clustrix":
            # A job knows what users know of clustrix, by its public name.
            return rebuild.attribute, ("clustrix", value.__qualname__)
        if owner_of_module(module) is Owner.INTERACTIVE:
            return None
        qualname: str = value.__qualname__
        found = _at(module, qualname)
        beneath = getattr(found, "__wrapped__", None) if type(found).__module__ == "clustrix.decorator" else None
        if found is value or beneath is value:
            self._reached.import_module(module)
            self._reached.wanted.add(qualname.partition(".")[0])
            return NotImplemented if found is value else (rebuild.undecorated, (module.__name__, qualname))
        return None


def _is_rewritten(namespace: dict[str, Any]) -> bool:
    """Whether pytest compiled the module, in another way than Python does."""
    return type(namespace.get("__loader__")).__name__ == "AssertionRewritingHook"


def _at(module: types.ModuleType, qualname: str) -> Any:
    found: Any = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


class CallPickler(_Reducing, pickle.Pickler):
    """Pickles ``(function, args, kwargs)``."""


class DeepCallPickler(_Reducing, DeepPickler):
    """The same in Python, for structures that are nested too deeply for the other."""


class Changes:
    """Stands behind the call in its pickle: what was changed in the modules that it has reached by then."""

    def __init__(self, reached: Reached, done: frozenset[str] = frozenset()) -> None:
        self._reached = reached
        self._done = done

    def __reduce__(self) -> Reduced:
        found = [module for name, module in self._reached.modules.found.items() if name not in self._done]
        effects = [
            Effect(changed.change, (one.module, one.path), one.value)
            for module in found
            for one in module_changes(module)
        ]
        # What is changed may itself reach further modules.
        more = [Changes(self._reached, self._done | {module.name for module in found})] if found else []
        return rebuild.same, ([*effects, *more],)


#: Globals that a rebuilt module has of itself: where its file lies there, what its builtins are.
_SET_THERE = frozenset({"__file__", "__builtins__", "__spec__", "__loader__", "__cached__", "__annotations__"})
#: Set in the flags of classes that Python code made.
_HEAP_TYPE = 1 << 9
#: A reduction that does nothing.
_NOTHING = (tuple, ())


class _Later:
    """A list that is made when the pickle comes to it."""

    def __init__(self, make: Callable[[], list[Effect]]) -> None:
        self._make = make

    def __reduce__(self) -> Reduced:
        return rebuild.same, (self._make(),)


def _is_atomic(value: Any) -> bool:
    return isinstance(value, (str, bytes, int, float, type(None)))


def _function_attributes(function: types.FunctionType) -> dict[str, Any]:
    """What is set on a new function: only what differs from what compiling its source gives."""
    attributes = dict(vars(function))
    for name in ("__defaults__", "__kwdefaults__"):
        if getattr(function, name):
            attributes[name] = getattr(function, name)
    if function.__module__ != function.__globals__.get("__name__"):
        attributes["__module__"] = function.__module__
    constants = function.__code__.co_consts
    if function.__doc__ != (constants[0] if constants and isinstance(constants[0], str) else None):
        attributes["__doc__"] = function.__doc__
    annotations = _simple_annotations(function)
    if annotations:
        attributes["__annotations__"] = annotations
    return attributes


def _simple_annotations(function: types.FunctionType) -> dict[str, Any]:
    try:
        annotations = dict(function.__annotations__)
    except Exception:  # from Python 3.14 on this evaluates them, and they may say anything
        return {}
    plain = (str, type(None))
    return annotations if all(isinstance(one, plain) or _is_builtin_class(one) for one in annotations.values()) else {}


def _is_builtin_class(value: Any) -> bool:
    return isinstance(value, type) and value.__module__ == "builtins" and type(value) is type


def _builtin_class(kind: type) -> Any:
    """Classes such as ``types.FunctionType`` say that they are builtins, where nobody finds them."""
    if (
        kind in (type(None), type(...), type(NotImplemented))
        or getattr(sys.modules["builtins"], kind.__qualname__, None) is kind
    ):
        return NotImplemented
    for name, value in vars(types).items():
        if value is kind:
            return rebuild.attribute, ("types", name)
    return NotImplemented


def _slots(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _references_of_code(code: types.CodeType) -> References:
    """What code without source refers to: its names, an attribute's as well as a global's."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _references_of_code(constant).late
    return References(frozenset(), frozenset(names), {}, {}, (), (), ())
