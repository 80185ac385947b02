"""What the source of a module binds its globals to."""

from __future__ import annotations

import ast
import collections
import functools

from clustrix.syntax_nodes import nodes_in


@functools.lru_cache(maxsize=1024)
def globals_bound(tree: ast.Module) -> tuple[dict[str, list[ast.AST | None]], bool]:
    """What each global is bound to, wherever outside of functions and classes; and whether there is a star import."""
    found: dict[str, list[ast.AST | None]] = collections.defaultdict(list)
    stars = []

    def walk(statements: list[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found[statement.name].append(statement)
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                for alias in statement.names:
                    stars.append(alias.name == "*")
                    found[alias.asname or alias.name.partition(".")[0]].append(statement)
            elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
                for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
                    _bind_target(target, statement.value, found)
            else:
                for node in nodes_in(statement):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                        found[node.id].append(None)
                for _, field in ast.iter_fields(statement):
                    for one in field if isinstance(field, list) else []:
                        walk([one] if isinstance(one, ast.stmt) else getattr(one, "body", []))

    walk(tree.body)
    return found, any(stars)


def _bind_target(target: ast.expr, value: ast.expr, found: dict[str, list[ast.AST | None]]) -> None:
    if isinstance(target, ast.Name):
        found[target.id].append(value)
    else:
        for node in nodes_in(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id].append(None)
