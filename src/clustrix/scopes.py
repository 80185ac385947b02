"""Whose is a name? Python's own scoping rules, read from a syntax tree: which names are free in a piece of source, and when they are read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Scope:
    """What binds names: a function, a class, a comprehension, or what is around the piece of source."""

    kind: str  # "outside", "class", "function" or "comprehension"
    parent: Scope | None
    bound: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    outer_names: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)

    @property
    def is_late(self) -> bool:
        """Whether what is read here is read when a function is called."""
        scope: Scope | None = self
        while scope is not None:
            if scope.kind == "function":
                return True
            scope = scope.parent
        return False

    def binds(self, name: str) -> bool:
        """Whether a name that is bound here is this scope's own."""
        return name in self.bound and name not in self.outer_names

    def binds_for_inner(self, name: str) -> bool:
        """Whether scopes inside see the name as this one's."""
        return self.kind in ("function", "comprehension") and self.binds(name)


class ScopeReader(ast.NodeVisitor):
    """Visits a tree and notes which scope binds and which uses each name.

    ``owner`` is the class around it, by which private names are mangled; with ``postponed_annotations`` annotations are not evaluated.
    """

    def __init__(self, owner: str, postponed_annotations: bool) -> None:
        self._scope = Scope("outside", None)
        self._scopes = [self._scope]
        self._owners = [owner]
        self._postponed = postponed_annotations
        self._bare: set[str] = set()
        self._lines: dict[str, int] = {}
        self._ways: dict[type, Callable[[ast.AST], object]] = {}

    # Python's own two look for the method of each node by its name, and visit what holds nothing: half of the time.

    def visit(self, node: ast.AST) -> None:
        """Read a node."""
        kind = type(node)
        if kind not in self._ways:
            self._ways[kind] = getattr(self, f"visit_{kind.__name__}", self.generic_visit)
        self._ways[kind](node)

    def generic_visit(self, node: ast.AST) -> None:
        """Read what a node holds."""
        for name in node._fields:
            value = getattr(node, name, None)
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, ast.AST) and one._fields:
                    self.visit(one)

    def free_names(self) -> list[tuple[str, bool]]:
        """``(name, whether it is read late)`` of all names that nothing in the source binds."""
        return [(name, scope.is_late) for scope in self._scopes for name in scope.uses if _is_free(name, scope)]

    def _mangled(self, name: str) -> str:
        owner = self._owners[-1].lstrip("_")
        return f"_{owner}{name}" if owner and name.startswith("__") and not name.endswith("__") else name

    def _use(self, name: str, line: int) -> None:
        name = self._mangled(name)
        self._lines.setdefault(name, line)
        # A class body reads a global until it binds the name itself; in functions a binding anywhere counts for the whole.
        if not (self._scope.kind == "class" and name in self._scope.bound):
            self._scope.uses.add(name)

    def _bind(self, name: str, scope: Scope | None = None) -> None:
        (scope or self._scope).bound.add(self._mangled(name))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._bare.add(self._mangled(node.id))
            self._use(node.id, node.lineno)
        else:
            self._bind(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        # In this order Python does it: a class may say `trace = trace`.
        self.visit(node.value)
        self._visit_all(node.targets)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit_all([node.iter, node.target, *node.body, *node.orelse])

    visit_AsyncFor = visit_For

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._use(node.target.id, node.lineno)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.global_names.update(map(self._mangled, node.names))

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.outer_names.update(map(self._mangled, node.names))
        for name in node.names:
            self._use(name, node.lineno)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        scope = self._scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self._bind(node.target.id, scope)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest)
        self.generic_visit(node)

    # Scopes

    def _enter(self, kind: str) -> Scope:
        outer, self._scope = self._scope, Scope(kind, self._scope)
        self._scopes.append(self._scope)
        return outer

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all(node.decorator_list)
        self._visit_signature(node.args, node.returns)
        self._bind(node.name)
        outer = self._enter("function")
        self._bind_type_parameters(node)
        self._bind_parameters(node.args)
        self._visit_all(node.body)
        self._scope = outer

    visit_FunctionDef = _visit_function
    visit_AsyncFunctionDef = _visit_function

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_signature(node.args, None)
        outer = self._enter("function")
        self._bind_parameters(node.args)
        self.visit(node.body)
        self._scope = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all(node.decorator_list)
        if getattr(node, "type_params", ()):
            self._bind_type_parameters(node)
        self._visit_all(node.bases)
        self._visit_all(node.keywords)
        self._bind(node.name)
        outer = self._enter("class")
        # Bound by Python before the body begins.
        self._scope.bound.update(("__module__", "__qualname__"))
        self._owners.append(node.name)
        self._visit_all(node.body)
        self._owners.pop()
        self._scope = outer

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self.visit(node.generators[0].iter)
        outer = self._enter("comprehension")
        for index, generator in enumerate(node.generators):
            self.visit(generator.target)
            if index:
                self.visit(generator.iter)
            self._visit_all(generator.ifs)
        self._visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._scope = outer

    visit_ListComp = _visit_comprehension
    visit_SetComp = _visit_comprehension
    visit_DictComp = _visit_comprehension
    visit_GeneratorExp = _visit_comprehension

    def _visit_signature(self, arguments: ast.arguments, returns: ast.expr | None) -> None:
        self._visit_all(arguments.defaults)
        self._visit_all(default for default in arguments.kw_defaults if default is not None)
        if not self._postponed:
            self._visit_all(one.annotation for one in _parameters(arguments) if one.annotation is not None)
            if returns is not None:
                self.visit(returns)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
        # Annotations of local variables are never evaluated.
        if not self._postponed and self._scope.kind != "function":
            self.visit(node.annotation)
        self.visit(node.target)

    def _bind_parameters(self, arguments: ast.arguments) -> None:
        for one in _parameters(arguments):
            self._bind(one.arg)

    def _bind_type_parameters(self, node: ast.AST) -> None:
        for parameter in getattr(node, "type_params", ()):
            self._bind(parameter.name)

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def _is_free(name: str, scope: Scope) -> bool:
    if name in scope.global_names:
        return True
    if scope.kind != "class" and scope.kind != "outside" and scope.binds(name):
        return False
    outer = scope.parent
    while outer is not None:
        if name in outer.global_names and outer.kind == "function":
            return True
        if outer.binds_for_inner(name):
            return False
        outer = outer.parent
    return True


def _parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from arguments.posonlyargs
    yield from arguments.args
    yield from arguments.kwonlyargs
    yield from (one for one in (arguments.vararg, arguments.kwarg) if one is not None)
