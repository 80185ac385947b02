"""What functions of a module hold that has gone on since it was imported: variables of their closures, and defaults that are filled."""

from __future__ import annotations

import ast
import functools
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clustrix.capture.module_state.moved_on import ITERATORS
from clustrix.capture.module_state.plain_values import UNKNOWN, is_plain, literal, same
from clustrix.capture.module_state.restoring import CONTAINERS
from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.reductions.travelling import travels

_Function = ast.FunctionDef | ast.AsyncFunctionDef


_Cached = functools._lru_cache_wrapper


@dataclass(frozen=True)
class Within:
    """Variables of a closure by their names, or defaults by their places, with what they hold."""

    values: dict[Any, Any]


def moved_within(
    path: str, value: Any, node: _Function | None, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Within]]:
    """What has to be set on a function that a module has, and on those beneath its decorators; ``node`` is its definition, if it has one."""
    for place, function in layers(path, value):
        if not isinstance(function, types.FunctionType):
            break
        cells = dict(_cells(function, found, written))
        if cells:
            yield f"{place}.__closure__", Within(cells)
        if node is not None and function.__code__.co_name == node.name:
            yield from _defaults(place, function, node, found)


def layers(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What stands at a path, and the functions beneath it, as decorators tell: ``load``, ``load.__wrapped__``."""
    seen: set[int] = set()
    while id(value) not in seen:
        seen.add(id(value))
        yield path, value
        beneath = vars(value).get("__wrapped__") if isinstance(value, (types.FunctionType, _Cached)) else None
        if not isinstance(beneath, types.FunctionType):
            break
        path, value = f"{path}.__wrapped__", beneath


def _cells(function: types.FunctionType, found: FoundModule, written: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """The variables to which the program writes, that hold data or an iterator."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            value = cell.cell_contents
        except ValueError:
            continue  # not filled yet
        if not isinstance(value, (types.FunctionType, type)) and (
            (name in written and is_plain(value, found)) or (type(value) in ITERATORS and travels(value))
        ):
            yield name, value


def _defaults(
    path: str, function: types.FunctionType, node: _Function, found: FoundModule
) -> Iterator[tuple[str, Within]]:
    """Defaults that are made for the function alone, and are no more what their expressions give."""
    held = function.__defaults__ or ()
    if len(held) == len(node.args.defaults):
        places = enumerate(zip(held, node.args.defaults, strict=True))
        moved = {index: value for index, (value, expression) in places if _has_moved(value, expression, found)}
        if moved:
            yield f"{path}.__defaults__", Within(moved)
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    words = {one.arg: expression for one, expression in named if expression is not None}
    by_name = function.__kwdefaults__ or {}
    moved_words = {
        name: by_name[name] for name in words.keys() & by_name.keys() if _has_moved(by_name[name], words[name], found)
    }
    if moved_words:
        yield f"{path}.__kwdefaults__", Within(moved_words)


def _has_moved(value: Any, expression: ast.expr, found: FoundModule) -> bool:
    if type(value) in ITERATORS:
        return isinstance(expression, ast.Call) and travels(value)
    if type(value) not in CONTAINERS:
        return False
    written = literal(expression)
    return written is not UNKNOWN and not same(written, value) and is_plain(value, found)
