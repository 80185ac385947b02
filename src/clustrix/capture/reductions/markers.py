"""Objects that are known by their identity: ``MISSING = object()``. Sent back by the job, they arrive as themselves."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

from clustrix.capture.module_state.instance_changes import CONTAINERS, contained
from clustrix.capture.module_state.moved_on import generator_state
from clustrix.capture.module_state.rebound import rebound
from clustrix.capture.modules.found_modules import find_module, module_source
from clustrix.capture.modules.importable import is_importable
from clustrix.capture.modules.needed import names_bound
from clustrix.capture.modules.ownership import Owner, mark, owner_of_class, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.capture.reductions.decorated_again import reduce_decorated_by_library
from clustrix.capture.reductions.travelling import says_its_name
from clustrix_remote import changed, hashed, rebuild, stateful

_STATE_METHODS = (
    "__getstate__", "__setstate__", "__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__", "__new__",
)  # fmt: skip


def reduce_marker(value: Any, kind: type, reached: Reached) -> Any:
    """How such an object is pickled; NotImplemented for all others."""
    home = _home_of(value) if kind is object else None
    if home is not None:
        reached.import_module(home[0])
        return rebuild.known, (home[0].__name__, home[1], reached.token(value))
    if kind is object:
        return rebuild.instance, (kind, reached.token(value))
    found = reached.marked.get(kind)
    if found is None:
        found = reached.marked[kind] = _look_at(kind)
    if found.owner is Owner.LOCAL:
        return NotImplemented if found.fills_itself else _of_its_module(value, kind, reached)
    if found.owner is not Owner.INTERACTIVE:
        made = reduce_decorated_by_library(value, kind, reached) if found.owner is Owner.INSTALLED else NotImplemented
        return _of_library(value, kind, reached) if made is NotImplemented else made
    if found.tables and any(one is getattr(value, "__dict__", None) for one in found.tables):
        return rebuild.instance, (kind, None), vars(value), None, None, rebuild.share_attributes
    if says_its_name(value, kind):
        if isinstance(mark(value, "__qualname__"), str) and is_importable(value, reached):
            return NotImplemented  # a function of Cython's, whose own class says a module that no import finds
        return rebuild.instance, (kind, reached.token(value)), dict(vars(value))
    if not found.says_its_state and _holds_nothing(value):
        return rebuild.instance, (kind, reached.token(value))
    return NotImplemented


class _Found(NamedTuple):
    """What is asked of a class for each of its objects."""

    owner: Owner
    #: The dicts that the class holds: each of its objects may have one for its own ``__dict__``.
    tables: tuple[dict[Any, Any], ...]
    says_its_state: bool
    #: The same, whatever a container beneath it says.
    fills_itself: bool


def _look_at(kind: type) -> _Found:
    tables = tuple(one for base in kind.__mro__ for one in vars(base).values() if isinstance(one, dict))
    return _Found(
        owner_of_class(kind),
        tables,
        _says_its_state(kind),
        _says_its_state(kind, CONTAINERS),
    )


def reduce_generator(value: Any, reached: Reached) -> Any:
    """Random numbers of a local module, ``RNG = Random(1)``: whoever else has that generator there draws from it, too."""
    state = generator_state(value)
    home = None if state is None else _home_of(value)
    if home is None or owner_of_module(home[0]) is not Owner.LOCAL or (home[0].__name__, home[1]) in rebound():
        return None
    reached.import_module(home[0])
    return rebuild.attribute, (home[0].__name__, home[1]), state, None, None, stateful.set_generator


def _of_library(value: Any, kind: type, reached: Reached) -> Any:
    """What a library knows by its identity, ``dataclasses.KW_ONLY``: an object without a state in a global of the module of its class.

    Or one that takes each question for one to itself, ``unittest.mock.call``: pickle's too.
    """
    module = sys.modules.get(kind.__module__)
    is_marker = not _says_its_state(kind) and _holds_nothing(value)
    if not isinstance(module, types.ModuleType) or not (is_marker or _answers_all(kind, module)):
        return NotImplemented
    name = next((name for name, one in list(vars(module).items()) if one is value), None)
    if name is None:
        return NotImplemented
    reached.kinds.add(kind)
    return rebuild.known, (kind.__module__, name, reached.token(value))


def _answers_all(kind: type, module: types.ModuleType) -> bool:
    return owner_of_module(module) is Owner.STDLIB and isinstance(mark(kind, "__getattr__"), types.FunctionType)


def _says_its_state(kind: type, known: tuple[type, ...] = ()) -> bool:
    return any(name in vars(one) for one in kind.__mro__[:-1] if one not in known for name in _STATE_METHODS)


def _state_of(value: Any) -> Any:
    """What pickle's own way sets on an object: its ``__dict__``, and what it has in slots; None for nothing."""
    return object.__reduce_ex__(value, 2)[2]


def _holds_nothing(value: Any) -> bool:
    return not getattr(value, "__dict__", None) and not hashed.attributes(value)


def _of_its_module(value: Any, kind: type, reached: Reached) -> Any:
    """``LOW = Level("low")`` in the module of the class: there it is that module's own, given what it holds here."""
    module = sys.modules.get(kind.__module__)
    if not isinstance(module, types.ModuleType):
        return NotImplemented
    if module.__name__ not in reached.made_in:
        reached.made_in[module.__name__] = {
            id(vars(module).get(name)): name for name in reversed(_made_by_calls(module))
        }
    name = reached.made_in[module.__name__].get(id(value))
    if name is None:
        return NotImplemented
    reached.import_module(module)
    known, contents = (module.__name__, name, reached.token(value)), contained(value)
    if contents is not None:
        return rebuild.known, known, (contents, dict(getattr(value, "__dict__", ()))), None, None, changed.fill
    return rebuild.known, known, _state_of(value)


def _home_of(value: Any) -> tuple[types.ModuleType, str] | None:
    """The module that has it in a global, ``MISSING = object()``: there it is that module's own."""
    modules = [one for one in list(sys.modules.values()) if isinstance(one, types.ModuleType)]
    holding = [(one, name) for one in modules for name, held in list(vars(one).items()) if held is value]
    of_users = (place for place in holding if owner_of_module(place[0]) is Owner.LOCAL and is_bound_in(*place))
    of_libraries = (place for place in holding if owner_of_module(place[0]) in (Owner.STDLIB, Owner.INSTALLED))
    return next(of_users, None) or next(of_libraries, None)


def is_bound_in(module: types.ModuleType, name: str) -> bool:
    """Whether a module makes what it has under a name, instead of importing it."""
    return any(
        name in names_bound(one) and not isinstance(one, (ast.Import, ast.ImportFrom)) for one in _statements(module)
    )


def _made_by_calls(module: types.ModuleType) -> list[str]:
    """The globals that a module binds once, to what a call gives: not a second name for what has one."""
    bound = [name for one in _statements(module) for name in names_bound(one)]
    made = [
        target.id
        for one in _statements(module)
        for target, value in _assignments(one)
        if isinstance(target, ast.Name) and isinstance(value, ast.Call)
    ]
    return [name for name in made if bound.count(name) == 1]


def _assignments(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """What a statement binds, with what to: ``LOW, HIGH = Level("low"), Level("high")`` binds two."""
    if isinstance(statement, ast.AnnAssign):
        yield statement.target, statement.value
    for target in statement.targets if isinstance(statement, ast.Assign) else ():
        value = statement.value  # type: ignore[attr-defined]
        if not isinstance(target, ast.Tuple):
            yield target, value
        elif isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
            yield from zip(target.elts, value.elts, strict=True)
        else:
            yield from ((one, value) for one in target.elts)


def _statements(module: types.ModuleType) -> list[ast.stmt]:
    found = find_module(module.__name__)
    return [] if found is None or found.path is None else module_source(found).tree.body
