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
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.modules.ownership import Owner, owner_of_module

if TYPE_CHECKING:
    from clustrix.capture.reached import Reached

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def written_by(reached: Reached) -> frozenset[str]:
    """The names that the program's own sources write to, as far as the call reaches them."""
    trees = [module_source(one).tree for one in reached.modules.found.values() if one.path is not None]
    spaces = [space.namespace for space in reached.spaces if space.index is not None]
    return names_written([*trees, *(source.tree for one in spaces for source in interactive_sources(one))])


def is_put_over(value: Any, node: _Function, found: FoundModule, written: frozenset[str]) -> bool:
    """Whether ``value`` has to be set where importing the module makes something of ``node``."""
    plain = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
    if type(plain) is not types.FunctionType:
        return node.name in written and is_plain(value, found)
    if is_of_interactive(plain):
        return True
    if node.name not in written:
        return False
    return _goes_by_name(plain) or (isinstance(value, classmethod) and plain.__code__.co_name == node.name)


def is_of_interactive(function: types.FunctionType) -> bool:
    """Whether a function's code is of a module that no import brings back, whatever ``functools.wraps`` has it say."""
    home = sys.modules.get(function.__globals__.get("__name__", ""))
    is_there = isinstance(home, types.ModuleType) and vars(home) is function.__globals__
    return is_there and owner_of_module(home) is Owner.INTERACTIVE  # type: ignore[arg-type]


def layers_left(module: types.ModuleType, value: Any, reached: Reached) -> int | None:
    """How many functions are left of those that decorators make around one another; None where nobody can have taken one off."""
    if type(value) is not types.FunctionType or owner_of_module(module) is not Owner.LOCAL:
        return None
    found = find_module(module.__name__)
    if found is None or found.path is None:
        return None
    name = value.__qualname__
    if name not in _decorated(module_source(found).tree) or name.rpartition(".")[2] not in written_by(reached):
        return None
    return len(list(_chain(value)))


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
def _decorated(tree: ast.Module) -> frozenset[str]:
    """The qualified names of the functions under decorators that a module and its classes have."""
    return frozenset(_decorated_in(tree.body, ""))


def _decorated_in(body: list[ast.stmt], above: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
            yield above + node.name
        elif isinstance(node, ast.ClassDef):
            yield from _decorated_in(node.body, f"{above}{node.name}.")
        else:
            for _, field in ast.iter_fields(node):
                inner = field if isinstance(field, list) else []
                yield from _decorated_in([one for one in inner if isinstance(one, ast.stmt)], above)
