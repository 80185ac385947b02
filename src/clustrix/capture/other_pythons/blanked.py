"""Definitions that the cluster's Python cannot have and the call does not need: what says why stands in their place.

A method counts as not needed if it is found by its name alone and nothing that is shipped names it: ``Report.show()``, which only
the client calls.
"""

from __future__ import annotations

import ast
from typing import Any

from clustrix.capture.definitions.methods import calls_methods, is_any_named, is_found_by_name
from clustrix.capture.definitions.sources import first_line
from clustrix.capture.modules.needed import names_bound
from clustrix.capture.reached import Reached


def blank(lines: list[str], statement: ast.stmt, message: str) -> None:
    r"""Put what says why it is not there in the place of a definition, or of a value, that cannot be there.

    >>> lines = ["class A:", "    @property", "    def size(self):", "        return n.bit_count()"]
    >>> blank(lines, ast.parse("\n".join(lines)).body[0].body[0], "needs Python 3.10")
    >>> lines[1:]
    ["    size = property(lambda *args, **kwargs: (_ for _ in ()).throw(RuntimeError('needs Python 3.10')))", '', '']
    """
    decorators = getattr(statement, "decorator_list", [])
    first, last = first_line(statement), statement.end_lineno or statement.lineno
    # Other statements may share its lines: `A = 1; B = ..`
    before = lines[first - 1].encode()[: statement.col_offset].decode()
    after = lines[last - 1].encode()[statement.end_col_offset :].decode()
    lines[first - 1 : last] = [""] * (last - first + 1)
    names = sorted(names_bound(statement))
    raising = f"lambda *args, **kwargs: (_ for _ in ()).throw(RuntimeError({message!r}))"
    if any(isinstance(one, ast.Name) and one.id == "property" for one in decorators):
        lines[first - 1] = f"{before}{names[0]} = property({raising})"
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        lines[first - 1] = f"{before}def {names[0]}(*args, **kwargs): raise RuntimeError({message!r})"
    else:
        lines[first - 1] = before + " = ".join([*names, raising]) + after


def unneeded_method_at(line: int, node: ast.AST, kind: Any, reached: Reached) -> ast.stmt | None:
    """The method that stands in this line of the class ``kind``, whose statement is ``node``, if the call does not need it."""
    if not isinstance(node, ast.ClassDef) or not isinstance(kind, type) or any(map(calls_methods, kind.__mro__)):
        return None
    for one in node.body:
        if not is_found_by_name(one) or isinstance(one, ast.Assign):
            continue
        if first_line(one) <= line <= (one.end_lineno or 0):
            return None if is_any_named([one], *reached.definitions(), reached.told) else one
    return None
