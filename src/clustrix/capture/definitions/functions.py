"""Functions that no import brings back: where their source stands, and what they have become since it was executed."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator
from typing import Any

from clustrix.capture.definitions.edited_files import as_imported
from clustrix.capture.definitions.sources import Place, Source, source_of_code
from clustrix.capture.module_state.restoring import Again
from clustrix.capture.reductions.travelling import travels
from clustrix.references import References
from clustrix_remote import rebuild


def place_of(code: types.CodeType, namespace: dict[str, Any]) -> tuple[Source | None, Place | None]:
    """The source of a code object and the place in it; None for what is nowhere to be had."""
    source = source_of_code(code, namespace)
    if source is not None:
        source = as_imported(source, [code], namespace)
    return source, source.place_of_code(code) if source is not None else None


def references_of_code(code: types.CodeType) -> References:
    """What code without source refers to: its names, an attribute's as well as a global's."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= references_of_code(constant).late
    return References(frozenset(), frozenset(names), {}, {}, (), (), (), bare=frozenset(names))


def function_attributes(function: types.FunctionType, with_annotations: bool = False) -> dict[str, Any]:
    """What is set on a new function: only what differs from what compiling its source gives."""
    attributes = dict(vars(function))
    if function.__defaults__:
        attributes["__defaults__"] = function.__defaults__
    if function.__kwdefaults__:
        attributes["__kwdefaults__"] = function.__kwdefaults__
    if function.__module__ != function.__globals__.get("__name__"):
        attributes["__module__"] = function.__module__
    constants = function.__code__.co_consts
    if function.__doc__ != (constants[0] if constants and isinstance(constants[0], str) else None):
        attributes["__doc__"] = function.__doc__
    annotations = _all_annotations(function) if with_annotations else _simple_annotations(function)
    if annotations:
        attributes["__annotations__"] = annotations
    return attributes


def _all_annotations(function: types.FunctionType) -> dict[str, Any]:
    """What a program that reads annotations finds: those that can travel to an older Python, too."""
    return {name: _older_form(one) for name, one in _annotations(function).items() if travels(one)}


def _older_form(annotation: Any) -> Any:
    if isinstance(annotation, types.UnionType):
        return Again(rebuild.either, *annotation.__args__)
    return annotation


def words_of_annotations(value: Any) -> frozenset[str]:
    """The names in annotations that are texts or hold such, of a function or a class."""
    texts = [text for one in _annotations(value).values() for text in _texts_in(one)]
    return frozenset(word for text in texts for word in re.findall(r"[^\W\d]\w*", text))


def _texts_in(annotation: Any) -> Iterator[str]:
    """``Optional["Tree"]`` holds one."""
    if isinstance(annotation, typing.ForwardRef):
        yield annotation.__forward_arg__
    elif isinstance(annotation, str):
        yield annotation
    else:
        for one in typing.get_args(annotation):
            yield from _texts_in(one)


def _annotations(value: Any) -> dict[str, Any]:
    try:
        return dict(inspect.get_annotations(value))
    except Exception:  # from Python 3.14 on this evaluates them, and they may say anything
        return {}


def _simple_annotations(function: types.FunctionType) -> dict[str, Any]:
    annotations = _annotations(function)
    plain = (str, type(None))
    return annotations if all(isinstance(one, plain) or _is_builtin_class(one) for one in annotations.values()) else {}


def _is_builtin_class(value: Any) -> bool:
    return isinstance(value, type) and value.__module__ == "builtins" and type(value) is type
