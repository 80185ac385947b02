"""The pickler of a call: what no import brings back goes as source and living state, everything else by name."""

from __future__ import annotations

import functools
import marshal
import sys
import types
from collections.abc import Mapping
from typing import Any

from clustrix.capture.behind_call import Changes, Settled
from clustrix.capture.bindings import Bindings
from clustrix.capture.data.moved_paths import path_reducer
from clustrix.capture.definitions.classes import (
    ClassPlan,
    class_namespace,
    contents,
    inner_classes,
    outer_class,
    plan_class,
)
from clustrix.capture.definitions.functions import (
    function_attributes,
    place_of,
    references_of_code,
    words_of_annotations,
)
from clustrix.capture.definitions.methods import Methods
from clustrix.capture.effects import Done, Effect, Effects, ExecNamespace, Later, Opened, in_order
from clustrix.capture.library_state.library_classes import virtual_subclasses
from clustrix.capture.library_state.settings import settings_of
from clustrix.capture.module_state.class_changes import class_changes, plain_function
from clustrix.capture.module_state.dispatchers import is_dispatcher
from clustrix.capture.module_state.enum_members import members_hold
from clustrix.capture.module_state.restoring import Again, restoring, runs_users_code
from clustrix.capture.modules.importable import reduce_by_name, reduce_decorated
from clustrix.capture.modules.local_modules import ReadFromMain
from clustrix.capture.modules.ownership import Owner, is_mock, owner_of_class, owner_of_module
from clustrix.capture.once_a_call import begin_call
from clustrix.capture.reached import Reached, Space, User
from clustrix.capture.reductions.decorated_again import reduce_by_name_or_again
from clustrix.capture.reductions.markers import reduce_generator, reduce_marker
from clustrix.capture.reductions.reducers import mock_reducer, special_reducer
from clustrix.capture.unseen import ANNOTATIONS, names_behind
from clustrix_remote import hashed, inherited, placeholders, portable, rebuild, rebuilt_classes


class Cycle(Exception):
    """A class refers to itself through data that its own definition needs."""

    def __init__(self, kind: type) -> None:
        super().__init__(kind.__qualname__)
        self.kind = kind


class Reducing:
    """How objects are pickled; ``reached`` collects what must be shipped along."""

    def begin(self, reached: Reached, same_versions: bool, postponed: frozenset[type]) -> None:
        """Has to be called first."""
        begin_call()
        self._reached = reached
        self._is_portable = not same_versions
        self._effects = Effects(reached, postponed, self._memo)
        self._bindings = Bindings(reached)
        # By a class alone: a call may hold a hundred thousand objects of one.
        self._special, self._always = functools.cache(special_reducer), functools.cache(portable.always)
        self._of_library = functools.cache(reached.library_reducer)
        #: For what pickle does not fill as it must be.
        self._filled = functools.cache(lambda kind: hashed.reducer(kind) or inherited.reducer(kind))
        #: Classes that the body of another one makes.
        self._outer: dict[type, type] = {}

    def _memo(self) -> Mapping[int, Any]:
        """What the pickle can refer to by now, by ids."""
        memo: Any = self.memo  # type: ignore[attr-defined]  # both picklers have one
        return memo if isinstance(memo, dict) else memo.copy()

    def reducer_override(self, value: Any) -> Any:
        """How ``value`` is pickled; NotImplemented for pickle's own way."""
        kind = type(value)
        if kind is types.FunctionType:
            return self._function(value)
        if issubclass(kind, type):
            return self._class(value)
        if kind is Effect:
            return self._effects.reduce(value)
        if kind is Done:
            return self._effects.done(value)
        if kind is Space:
            return (rebuild.imported, (value.name,)) if value.index is None else (rebuild.module, (value.index,))
        if kind is Opened:
            return self._effects.opened(value)
        if kind is Begin:
            self._effects.begin_main(value.read)
            bound = in_order(self._bindings.of_main(value.read))
            return rebuild.same, (bound, Later(self._effects.after_main), value.function)
        if kind is Changes:
            value.call_pickled(self._memo)
        if kind is ExecNamespace:
            filled = in_order(self._bindings.of_namespace(value.namespace))
            return rebuild.namespace, (self._reached.space(value.namespace), filled)
        if kind is Settled:
            again = restoring(self._effects.variables()) if self._effects.runs_code else ()
            return rebuild.same, ([*again, *(Again(*one) for one in settings_of(self._reached))],)
        if issubclass(kind, types.ModuleType):
            return self._module(value)
        view = self._reached.reduce_view(value, kind)
        return self._other(value, kind) if view is NotImplemented else view

    def _other(self, value: Any, kind: type) -> Any:
        if kind.__module__ == "clustrix.decorator":
            return reduce_decorated(value, self._reached)
        special = self._special(kind)
        if special is not None:
            self._reached.kinds.add(kind)
            return special(value, self._reached)
        if is_mock(value):
            return mock_reducer(value)
        name = self._reached.module_objects.get(id(value))
        if name is not None:
            return self._module_that_is_an_object(value, name)
        moved = path_reducer(value) or reduce_generator(value, self._reached)
        if moved is not None:
            return moved
        always = self._always(kind)
        if always is not None:
            return always(value)
        if isinstance(value, BaseException):
            reduce = portable.exception_reducer(kind)
            return reduce(value) if reduce else NotImplemented
        if self._is_portable:
            self._reached.kinds.add(kind)
            reduce = self._of_library(kind)
            if reduce:
                return reduce(value)
        marked = reduce_marker(value, kind, self._reached)
        if marked is not NotImplemented:
            return marked
        reduce = self._filled(kind)
        return reduce(value) if reduce else NotImplemented

    # Modules, functions, classes

    def _module(self, module: types.ModuleType) -> Any:
        if owner_of_module(module) is Owner.INTERACTIVE:
            return rebuild.module_holding, (
                self._reached.space(vars(module)),
                in_order(self._bindings.of_module(module)),
            )
        self._reached.import_module(module)
        return rebuild.held, (module.__name__,)

    def _module_that_is_an_object(self, value: Any, name: str) -> Any:
        """``sys.modules[__name__] = Settings()``: imported there by that name, then given what it holds here."""
        if self._reached.modules.reach(name, "the function") is None:
            return NotImplemented
        return rebuild.imported, (name,), dict(getattr(value, "__dict__", ())) or None

    def _function(self, function: types.FunctionType) -> Any:
        made = reduce_by_name_or_again(function, self._reached)
        if made is not None:
            return made
        if is_dispatcher(function):
            return self._dispatcher(function)
        code, namespace = function.__code__, function.__globals__
        cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        source, place = place_of(code, namespace)
        definition: Any
        if source is None or place is None:
            stands_for = vars(function).get("mock")
            if is_mock(stands_for):
                return rebuild.same, (stands_for,)  # what autospec made around it
            self._reached.without_source(function)
            definition, found = marshal.dumps(code), references_of_code(code)
            brought = []
        else:
            definition = self._reached.definition(source, place, namespace)
            found = place.references("annotations" in source.futures)
            self._reached.note(found, function, namespace, source)
            brought = self._bindings.of_imports(found, place.node)
        names = found.late - set(code.co_freevars) | names_behind(namespace, found, self._reached.told)
        reads_annotations = ANNOTATIONS in self._reached.looks_at
        if reads_annotations:
            names |= words_of_annotations(function)
        state = {"attributes": function_attributes(function, reads_annotations)}
        args = (
            self._reached.space(namespace), definition, function.__name__, function.__qualname__,
            self._bindings.cell_numbers(cells), self._reached.token(function),
        )  # fmt: skip
        user = User(function.__qualname__ + "()", source.filename if source else "", found.lines)
        self._effects.made(function)
        effects = (
            self._effects.begun_for(function)
            + self._bindings.of_own_name(function, namespace)
            + self._bindings.of_cells(cells, user)
            + self._bindings.of_globals(namespace, names, found, user)
            + brought
        )
        return rebuild.function, args, dict(state, effects=in_order(effects)), None, None, rebuild.fill_function

    def _dispatcher(self, function: Any) -> Any:
        others = [(kind, one) for kind, one in function.registry.items() if kind is not object]
        return rebuild.dispatcher, (function.registry[object],), others, None, None, rebuild.fill_dispatcher

    def _class(self, kind: type) -> Any:
        by_name = reduce_by_name(kind, self._reached)
        if by_name is not None:
            return by_name
        if kind in self._effects.opening:
            raise Cycle(kind)
        special = special_reducer(type(kind), kind)
        reduced = special(kind, self._reached) if special is not None else None
        if reduced is not None:
            return reduced
        namespace = class_namespace(kind)
        plan = plan_class(kind, namespace)
        if plan is None:
            return self._class_without_source(kind, namespace)
        outer = self._outer.get(kind) or outer_class(kind, namespace)
        if outer is not None and plan_class(outer, class_namespace(outer)) is not None:
            return self._inner_class(kind, outer, plan)
        return self._class_from_source(kind, namespace, plan)

    def _inner_class(self, kind: type, outer: type, plan: ClassPlan) -> Any:
        """What the body of another class makes."""
        args = (outer, kind.__name__, self._reached.token(kind))
        return rebuilt_classes.inner_class, args, self._class_state(kind, plan), None, None, rebuilt_classes.fill_class

    def _class_state(self, kind: type, plan: ClassPlan) -> dict[str, Any]:
        changes = class_changes(kind, plan, functools.partial(self._is_users, bool(plan.decorators)))
        inner = inner_classes(kind)
        self._outer.update(dict.fromkeys(inner, kind))
        state = {
            "attributes": [(name, self._if_readable(kind, name, value)) for name, value in changes.attributes],
            "functions": changes.functions,
            "gone": changes.gone,
            "implementations": changes.implementations,
            "virtual": virtual_subclasses(kind, self._reached),
            "members": members_hold(kind),
        }
        return {"inner": inner, **self._after_postponed(kind, state)}

    def _if_readable(self, kind: type, name: str, value: Any) -> Any:
        """What a class was given; of a method whose bytecode the cluster's Python cannot read, what says so to its caller."""
        function = plain_function(value)
        if self._reached.same_minor or type(function) is not types.FunctionType or "__name__" in function.__globals__:
            return value
        if place_of(function.__code__, function.__globals__)[1] is not None:
            return value
        why = "its source is not to be had, and the cluster's Python cannot read its bytecode"
        return Again(placeholders.stays_at_home, name, f"{kind.__qualname__}.{name}()", why)

    def _after_postponed(self, kind: type, state: dict[str, Any]) -> dict[str, Any]:
        """What a metaclass holds that lists its classes, or a base that lists its subclasses: the list comes after them."""
        if not self._effects.holds_back:
            return state
        return {"later": in_order([Effect(rebuilt_classes.fill_class_later, (kind,), tuple(state.items()))])}

    def _class_from_source(self, kind: type, namespace: dict[str, Any], plan: ClassPlan) -> Any:
        self._effects.opening.append(kind)
        self._effects.runs_code |= runs_users_code(kind, plan, namespace)
        self._reached.note(plan.references, kind, namespace, plan.source)
        user = User(f"class {kind.__qualname__}", plan.source.filename, plan.references.lines)
        names = plan.references.names - set(plan.cells) | names_behind(namespace, plan.references, self._reached.told)
        if ANNOTATIONS in self._reached.looks_at:
            names |= words_of_annotations(kind)
        self._check_is_there(plan, namespace)
        before = self._bindings.of_cells(plan.cells, user)
        methods = Methods(kind, plan.place.node)
        before += self._bindings.of_globals(namespace, names & plan.references.early, plan.references, user, methods)
        args = (
            self._reached.space(namespace), self._reached.definition(plan.source, plan.place, namespace),
            kind.__qualname__, self._bindings.cell_numbers(plan.cells), plan.decorators,
            kind.__bases__ if plan.own_bases else None, in_order(before), self._reached.token(kind),
        )  # fmt: skip
        # What only its methods use is bound after the class is there, as it often refers to the class itself.
        after = Later(
            lambda: in_order(
                self._bindings.of_own_name(kind, namespace)
                + self._bindings.of_globals(namespace, names, plan.references, user, methods)
            )
        )
        state = {"opened": Opened(kind), "after": after, **self._class_state(kind, plan)}
        return rebuilt_classes.class_, args, state, None, None, rebuilt_classes.fill_class

    def _check_is_there(self, plan: ClassPlan, namespace: dict[str, Any]) -> None:
        """A class that is met in data of another one, and is made with that other one: the data has to wait for both."""
        for name in plan.references.early:
            value = contents(plan.cells[name]) if name in plan.cells else namespace.get(name)
            if isinstance(value, type) and self._effects.is_unmade(value):
                raise Cycle(value)

    def _class_without_source(self, kind: type, namespace: dict[str, Any]) -> Any:
        self._effects.opening.append(kind)
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
        # The user's metaclasses have done their work on it.
        maker = next(one for one in type.mro(metaclass) if owner_of_class(one) not in (Owner.INTERACTIVE, Owner.LOCAL))
        args = (
            self._reached.space(namespace),
            maker,
            metaclass,
            kind.__name__,
            kind.__qualname__,
            bases,
            given,
            self._reached.token(kind),
        )
        state = {"opened": Opened(kind), **self._after_postponed(kind, {"attributes": attributes})}
        return rebuilt_classes.bare_class, args, state, None, None, rebuilt_classes.fill_class

    def _is_users(self, has_library_decorators: bool, function: types.FunctionType) -> bool:
        """Whether a function was put into a class by the user, not generated by a decorator such as ``dataclass``."""
        module = sys.modules.get(function.__globals__.get("__name__", ""))
        if module is not None and owner_of_module(module) not in (Owner.INTERACTIVE, Owner.LOCAL):
            return False
        if has_library_decorators and getattr(module, "__dict__", None) is not function.__globals__:
            return False  # attrs generates functions in namespaces of its own, and keeps their source
        if place_of(function.__code__, function.__globals__)[1] is not None:
            return True
        # NamedTuple and the like generate functions in namespaces that are no module's.
        return module is not None and not has_library_decorators


class Begin:
    """Stands for the function of a call: first the globals of ``__main__`` are bound that shipped modules import from there."""

    def __init__(self, function: Any, read: ReadFromMain) -> None:
        self.function = function
        self.read = read


def _slots(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)
