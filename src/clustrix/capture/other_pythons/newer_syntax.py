"""Syntax that an older Python cannot read: what it is called, since when there is it, and where it stands.

The parser's own ``feature_version`` is not asked: it knows less, and refuses ``with (open(path)):``, which every Python reads.
"""

from __future__ import annotations

import ast
import functools
import io
import itertools
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clustrix.syntax_nodes import nodes_in

#: By the names of their nodes: some came with later Pythons than the client's.
_STATEMENTS = {
    "Match": ("`match`", 10),
    "TypeAlias": ("the statement `type`", 12),
    "TemplateStr": ("a template string", 14),
}


@dataclass(frozen=True)
class Form:
    """A piece of syntax that Python 3.``minor`` reads, and none before."""

    name: str
    minor: int
    line: int


def unreadable_forms(node: ast.AST, text: str, minor: int) -> list[Form]:
    """The forms in a statement that Python 3.``minor`` cannot read, the first line first. ``text`` is the whole source."""
    return sorted((one for one in _forms(node, text) if one.minor > minor), key=lambda one: one.line)


@functools.lru_cache(maxsize=8192)
def _forms(node: ast.AST, text: str) -> tuple[Form, ...]:
    lines = text.split("\n")
    return tuple(form for one in nodes_in(node) for form in _forms_of(one, lines))


def _forms_of(node: Any, lines: list[str]) -> Iterator[Form]:
    line = getattr(node, "lineno", 0)
    if type(node).__name__ in _STATEMENTS:
        name, minor = _STATEMENTS[type(node).__name__]
        yield Form(name, minor, line)
    elif isinstance(node, ast.NamedExpr):
        yield Form("`:=`", 8, line)
    elif isinstance(node, ast.TryStar):
        yield Form("`except*`", 11, node.handlers[0].lineno)
    elif isinstance(node, (ast.With, ast.AsyncWith)) and _is_bracketed_with(node, lines):
        yield Form("`with (..)`, its items in brackets,", 9, line)
    elif isinstance(node, ast.JoinedStr):
        yield from _forms_of_f_string(node, lines)
    elif isinstance(node, ast.Try):
        yield from (Form("`continue` in `finally`", 8, one.lineno) for one in node.finalbody if _continues(one))
    yield from _forms_of_definition(node)
    yield from _forms_of_stars(node, lines)


def _forms_of_definition(node: Any) -> Iterator[Form]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        if node.args.posonlyargs:
            yield Form("`/` among parameters, which makes them positional-only,", 8, node.lineno)
        if node.args.vararg and isinstance(node.args.vararg.annotation, ast.Starred):
            yield Form("`*args: *..`", 11, node.args.vararg.lineno)
    for one in getattr(node, "decorator_list", ()):
        if not _is_plain_decorator(one):
            yield Form("a decorator that is no dotted name or call of one", 9, one.lineno)
    parameters = getattr(node, "type_params", ())
    if parameters:
        has_default = any(getattr(one, "default_value", None) is not None for one in parameters)
        yield Form("a list of type parameters", 13 if has_default else 12, node.lineno)


def _is_plain_decorator(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        node = node.func
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _continues(node: ast.AST) -> bool:
    """Whether a statement goes on with a loop that is around it."""
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return isinstance(node, ast.Continue) or any(_continues(child) for child in ast.iter_child_nodes(node))


def _forms_of_stars(node: Any, lines: list[str]) -> Iterator[Form]:
    if isinstance(node, (ast.Return, ast.Yield)) and _is_bare_starred(node.value, lines):
        yield Form("`return *x, y` without brackets", 8, node.lineno)
    elif isinstance(node, (ast.For, ast.AsyncFor)) and _is_bare_starred(node.iter, lines):
        yield Form("`for .. in *x, y` without brackets", 9, node.lineno)
    elif isinstance(node, ast.Subscript) and _is_bare_starred(node.slice, lines):
        yield Form("`x[*y]`", 11, node.lineno)


def _is_bare_starred(node: Any, lines: list[str]) -> bool:
    """Whether it is a tuple with a star in it, and has no brackets."""
    if not isinstance(node, ast.Tuple) or not any(isinstance(one, ast.Starred) for one in node.elts):
        return False
    line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    return line.encode()[node.col_offset : node.col_offset + 1] != b"("


def _is_bracketed_with(node: ast.With | ast.AsyncWith, lines: list[str]) -> bool:
    """Whether one pair of brackets is around all items."""
    if len(node.items) == 1 and node.items[0].optional_vars is None:
        return False
    text = "\n".join(lines[node.lineno - 1 : node.body[0].lineno]).encode()[node.col_offset :].decode()
    depth, is_closed = 0, False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text[text.index("with") + 4 :].lstrip()).readline):
            if is_closed or (not depth and token.string != "("):
                return is_closed and token.string == ":"
            depth += {"(": 1, ")": -1}.get(token.string, 0)
            is_closed = not depth
    except (tokenize.TokenError, SyntaxError):
        pass
    return False


def _forms_of_f_string(node: ast.JoinedStr, lines: list[str]) -> Iterator[Form]:
    text = ast.get_source_segment("\n".join(lines[: node.end_lineno]), node) or ""
    if _says_names(node) and re.search(r"\{[^{}]*[^{}!=<>]=\s*([!:}])", re.sub(r"\{\{|\}\}", "", text)):
        yield Form('f"{x=}"', 8, node.lineno)
    quote = text.lstrip("fFrRbB")[:3]
    quote = quote if quote in ('"""', "'''") else quote[:1]
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            inner = ast.get_source_segment("\n".join(lines[: value.end_lineno]), value.value) or ""
            if "\\" in inner or (quote and quote in inner):
                yield Form("an f-string with its own quotes or a backslash inside the braces", 12, node.lineno)


def _says_names(node: ast.JoinedStr) -> bool:
    """Whether a text that ends with ``=`` stands before a value, as it does in what ``{x=}`` is made of."""
    return any(
        isinstance(text, ast.Constant)
        and str(text.value).rstrip().endswith("=")
        and isinstance(value, ast.FormattedValue)
        for text, value in itertools.pairwise(node.values)
    )
