"""``from __future__ import annotations`` for Python 3.6, which has none: there each annotation becomes a string."""

import __future__

from clustrix_remote.trees import all_arguments, located

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def compiler_flag() -> int:
    """The compiler's flag that postpones annotations; 0 where there is none, for :func:`spell_out` to do it."""
    feature = getattr(__future__, "annotations", None)
    return feature.compiler_flag if feature is not None else 0


def spell_out(tree: "Any") -> None:
    """Have no annotation in the tree that this Python would evaluate; does nothing where it postpones them itself."""
    if compiler_flag():
        return
    import ast

    class Placeholders(ast.NodeTransformer):
        def visit_AnnAssign(self, node: "Any") -> "Any":
            self.generic_visit(node)
            node.annotation = located(ast.Str(s="annotation"), node.annotation)
            return node

        def visit_FunctionDef(self, node: "Any") -> "Any":
            self.generic_visit(node)
            node.returns = None
            for argument in all_arguments(node.args):
                argument.annotation = None
            return node

        visit_AsyncFunctionDef = visit_FunctionDef

    Placeholders().visit(tree)
