"""What a notebook's cell needs of the notebook: which names it reads before it assigns them, and what it imports.

Pure syntax, but for the function that is made of the cell's text so that it can be captured as any other is.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from clustrix.dependency_analysis import references
from clustrix.errors import CaptureError
from clustrix.syntax_nodes import nodes_in

_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_OWN_SCOPES = (*_BLOCKS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_INDENT = "    "


@dataclass(frozen=True)
class CellSource:
    """A cell as it is sent. ``text`` is run there under the name ``filename``; ``needed`` are names that it reads first."""

    text: str
    filename: str
    needed: frozenset[str]
    tree: ast.Module

    def anchor(self, namespace: dict[str, Any]) -> FunctionType:
        """A function of the notebook's namespace that refers to all that the cell refers to. It is never called."""
        text = function_text(self.text, self.tree)
        filename = f"{self.filename[:-1]} as a function>"
        _remember(filename, text)
        scope: dict[str, Any] = {}
        exec(compile(text, filename, "exec", dont_inherit=True), scope)
        made = FunctionType(scope["cell"].__code__, namespace, "cell")
        made.__module__ = str(namespace.get("__name__"))
        return made

    def values(self, namespace: Mapping[str, Any]) -> dict[str, Any]:
        """What the notebook has under the names that the cell reads first."""
        return {name: namespace[name] for name in sorted(self.needed) if name in namespace}

    def remember(self) -> None:
        """Let tracebacks, ``inspect`` and later calls find what the cell defines."""
        _remember(self.filename, self.text)


def read_cell(body: str, filename: str) -> CellSource:
    r"""Read the lines beneath ``%%cluster``. Raises CaptureError for what is no Python, or only works in a notebook.

    >>> sorted(read_cell("total = total + 1\nfor i in range(3): print(i)", "<cell>").needed)
    ['print', 'range', 'total']
    """
    text = f"\n{body}"  # the line of %%cluster is the cell's first
    try:
        tree = ast.parse(text, filename)
        compile(text, filename, "exec", dont_inherit=True)  # `return`, `await` and their kind
    except SyntaxError as error:
        line = (error.text or text.split("\n")[(error.lineno or 1) - 1]).strip()
        raise CaptureError(f"the cell cannot be run: {error.msg}", where=f"line {error.lineno}: {line}") from None
    names = references(tree)
    if "get_ipython" in names.names:
        raise CaptureError(
            "a command of the notebook (%.., !..) stands in a cell for the cluster",
            where=f"line {names.lines['get_ipython']} of the cell",
            hint="put it into a cell of its own; subprocess.run([..]) runs a program there",
        )
    return CellSource(text, filename, frozenset(_needed(tree.body, set())), tree)


def _remember(filename: str, text: str) -> None:
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


# ------------------------------------------------------------------------------------------------------- as a function


def function_text(text: str, tree: ast.Module) -> str:
    r"""The text of a function whose body the cell is, line by line.

    >>> print(function_text("\nx = '''a\nb'''", ast.parse("\nx = '''a\nb'''")))
    def cell():
        x = '''a
    b'''
        pass
    """
    lines = text.split("\n")
    for first, last in _not_in_functions(tree):
        lines[first - 1 : last] = [""] * (last - first + 1)
    inside_texts = {
        line
        for node in nodes_in(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
    indented = [line if number in inside_texts else _INDENT + line for number, line in enumerate(lines, 1)]
    imported = [alias.name for alias in _whole_modules(tree)]
    ending = f"import {', '.join(imported)}" if imported else "pass"
    return "\n".join(["def cell():", *indented[1:], f"{_INDENT}{ending}"])


def _not_in_functions(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Lines of statements that only a module may have."""
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and (
            statement.module == "__future__" or any(alias.name == "*" for alias in statement.names)
        ):
            yield statement.lineno, statement.end_lineno or statement.lineno


def _whole_modules(tree: ast.Module) -> Iterator[ast.alias]:
    for statement in tree.body:
        if not isinstance(statement, ast.ImportFrom) or not statement.module or statement.level:
            continue
        if any(alias.name == "*" for alias in statement.names):
            yield ast.alias(statement.module)


# ------------------------------------------------------------------------------------------------------- needed names


def _needed(statements: Sequence[ast.stmt], known: set[str]) -> Iterator[str]:
    """Names that are read where they may not have been assigned yet; what is surely assigned is added to ``known``."""
    for statement in statements:
        heads, blocks = _parts(statement)
        for head in heads:
            yield from references(head).names - known
            known |= set(_bound(head))
        for block in blocks:
            # Whether a block is run at all is not known; `with` runs its own.
            yield from _needed(block, known if isinstance(statement, ast.With | ast.AsyncWith) else set(known))


def _parts(statement: ast.stmt) -> tuple[list[ast.AST], list[list[ast.stmt]]]:
    """What of a statement is executed first, and the blocks beneath it."""
    if isinstance(statement, ast.For | ast.AsyncFor):
        return [statement.iter, statement.target], [statement.body, statement.orelse]
    if isinstance(statement, ast.While | ast.If):
        return [statement.test], [statement.body, statement.orelse]
    if isinstance(statement, ast.With | ast.AsyncWith):
        return [part for item in statement.items for part in (item.context_expr, item.optional_vars) if part], [
            statement.body
        ]
    if isinstance(statement, ast.Try):
        handlers = [handler.body for handler in statement.handlers]
        types = [handler.type for handler in statement.handlers if handler.type is not None]
        return [*types], [statement.body, *handlers, statement.orelse, statement.finalbody]
    return [statement], []


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that are assigned when the node has been executed."""
    if isinstance(node, _BLOCKS):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif not isinstance(node, _OWN_SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)
