"""What a program puts where a module writes a function under decorators: that function itself, another one, data.

An import there applies the decorators, and nothing at home tells what they give. So this is asked only where the program writes to that
name, or where the code of what stands there is none that an import could bring.
"""

from __future__ import annotations

import ast
import functools
import sys
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.module_state.plain_values import is_plain
from clustrix.capture.module_state.written import names_written
from clustrix.capture.module_state.written_elsewhere import names_written_elsewhere
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.modules.ownership import Owner, owner_of_module

if TYPE_CHECKING:
    from clustrix.capture.reached import Reached

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_OF_METHODS = frozenset({"staticmethod", "classmethod"})


def written_by(reached: Reached) -> frozenset[str]:
    """The names that the program's own sources write to, as far as the call reaches them."""
    found = [one for one in reached.modules.found.values() if one.path is not None]
    trees = [module_source(one).tree for one in found]
    spaces = [space.namespace for space in reached.spaces if space.index is not None]
    elsewhere = names_written_elsewhere(frozenset(one.name for one in found)) if found else frozenset[str]()
    return elsewhere | names_written([*trees, *(source.tree for one in spaces for source in interactive_sources(one))])


def is_put_over(value: Any, node: _Function, found: FoundModule, written: frozenset[str]) -> bool:
    """Whether ``value`` has to be set where importing the module makes something of ``node``."""
    plain = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
    if isinstance(value, property):
        code = getattr(value.fget, "__code__", None)
        return node.name in written and code is not None and code.co_filename != found.path
    if type(plain) is not types.FunctionType:
        return node.name in written and is_plain(value, found)
    if is_of_interactive(plain):
        return True
    if node.name not in written:
        return False
    is_plain_method = isinstance(value, classmethod) and plain.__code__.co_name == node.name
    return _goes_by_name(plain) or is_plain_method or _is_around(plain, node, found)


def _is_around(function: types.FunctionType, node: _Function, found: FoundModule) -> bool:
    """Whether a function is around what the decorators make: there are more layers, or the outermost decorator makes none of this code."""
    decorators = _puts_around(node)
    if not decorators or len(list(_chain(function))) - 1 > len(decorators):
        return bool(decorators)
    first = decorators[0]
    decorator = vars(sys.modules[found.name]).get(first.id) if isinstance(first, ast.Name) else None
    return type(decorator) is types.FunctionType and not _makes(decorator.__code__, function.__code__)


def _makes(code: types.CodeType, other: types.CodeType) -> bool:
    inner = [one for one in code.co_consts if isinstance(one, types.CodeType)]
    return other in inner or any(_makes(one, other) for one in inner)


def is_of_interactive(function: types.FunctionType) -> bool:
    """Whether a function's code is of a module that no import brings back, whatever ``functools.wraps`` has it say."""
    home = sys.modules.get(function.__globals__.get("__name__", ""))
    is_there = isinstance(home, types.ModuleType) and vars(home) is function.__globals__
    return is_there and owner_of_module(home) is Owner.INTERACTIVE  # type: ignore[arg-type]


def layers_left(module: types.ModuleType, value: Any, reached: Reached) -> int | None:
    """How many functions are left of those that decorators make around one another; None where nobody can have taken one off."""
    return len(list(_chain(value))) if _definition_written_to(module, value, reached) else None


def layers_beneath(module: types.ModuleType, value: Any, stands: Any) -> int | None:
    """The same for what decorators have around it still, at its name in a local module; None if it is none of these."""
    found = find_module(module.__name__) if owner_of_module(module) is Owner.LOCAL else None
    if type(value) is not types.FunctionType or found is None or value.__code__.co_filename != found.path:
        return None
    if not any(one is value for one in _chain(getattr(stands, "__func__", stands))):
        return None
    node = _decorated(module_source(found).tree).get(value.__qualname__)
    return len(list(_chain(value))) if node is not None and _puts_around(node) else None


def _puts_around(node: _Function) -> list[ast.expr]:
    """The decorators but for those that only say what kind of method it is."""
    return [one for one in node.decorator_list if not (isinstance(one, ast.Name) and one.id in _OF_METHODS)]


def is_wrapped_again(module: types.ModuleType, value: Any, reached: Reached) -> bool:
    """Whether the program has put another function around what a module's decorators make, that says to be that."""
    found = _definition_written_to(module, value, reached)
    return found is not None and _is_around(value, *found)


def _definition_written_to(
    module: types.ModuleType, value: Any, reached: Reached
) -> tuple[_Function, FoundModule] | None:
    """The decorated definition of a function of a local module, if the program writes to that name."""
    if type(value) is not types.FunctionType or owner_of_module(module) is not Owner.LOCAL:
        return None
    found, name = find_module(module.__name__), value.__qualname__
    node = _decorated(module_source(found).tree).get(name) if found is not None and found.path is not None else None
    if found is None or node is None or name.rpartition(".")[2] not in written_by(reached):
        return None
    return node, found


def _goes_by_name(function: types.FunctionType) -> bool:
    found: Any = sys.modules.get(function.__module__ or "")
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function


def _chain(function: Any) -> Iterator[Any]:
    seen: set[int] = set()
    while function is not None and id(function) not in seen:
        seen.add(id(function))
        yield function
        function = getattr(function, "__wrapped__", None)


@functools.lru_cache(maxsize=1024)
def _decorated(tree: ast.Module) -> dict[str, _Function]:
    """The functions under decorators that a module and its classes have, by qualified names."""
    return dict(_decorated_in(tree.body, ""))


def _decorated_in(body: list[ast.stmt], above: str) -> Iterator[tuple[str, _Function]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
            yield above + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _decorated_in(node.body, f"{above}{node.name}.")
        else:
            for _, field in ast.iter_fields(node):
                inner = field if isinstance(field, list) else []
                yield from _decorated_in([one for one in inner if isinstance(one, ast.stmt)], above)
