"""What a piece of source refers to: names, imports, attributes, texts. Pure syntax: nothing is imported or run.

Names are resolved by Python's own scoping rules. A name that is *free* in a definition is a global, a builtin, or a variable of a
function around it; which, only the living function can tell.

>>> import ast
>>> found = references(ast.parse("def area(r): return PI * r ** 2").body[0])
>>> sorted(found.late)
['PI']
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

#: Calls through which a program reaches things by names that only exist when it runs.
UNSEEABLE = frozenset({"eval", "exec", "globals", "locals", "vars", "__import__", "compile"})

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Import:
    """One imported module: ``from ..shapes import area`` has level 2, module ``shapes`` and names ``("area",)``."""

    module: str
    names: tuple[str, ...]
    level: int
    line: int


@dataclass(frozen=True)
class References:
    """What one definition refers to.

    ``early`` are free names used while the definition itself is executed (decorators, bases, defaults, a class's body), ``late`` those used when
    what it defines is called; ``lines`` says where each is used first. ``attributes`` maps a free name to the dotted paths
    read from it. ``texts`` are string constants with their lines; ``unseeable`` the calls, with lines, behind which no analysis can look.
    """

    early: frozenset[str]
    late: frozenset[str]
    lines: dict[str, int]
    attributes: dict[str, frozenset[tuple[str, ...]]]
    imports: tuple[Import, ...]
    texts: tuple[tuple[str, int], ...]
    unseeable: tuple[tuple[str, int], ...]
    #: Whether modules are looked for or imported by names that are made up when it runs.
    discovers: bool = False
    #: Free names that are used as they are, not only to read attributes from them.
    bare: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All free names."""
        return self.early | self.late


def references(node: ast.AST, owner: str = "", postponed_annotations: bool = False) -> References:
    """What ``node`` (a definition, a lambda, a whole module) refers to.

    ``owner`` is the class around it, by which private names are mangled; with ``postponed_annotations`` (the future import)
    annotations are not evaluated and so refer to nothing.
    """
    reader = _Reader(owner, postponed_annotations)
    reader.visit(node)
    return reader.result()


@dataclass
class _Scope:
    kind: str  # "outside", "class", "function" or "comprehension"
    parent: _Scope | None
    bound: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)

    @property
    def is_late(self) -> bool:
        scope: _Scope | None = self
        while scope is not None:
            if scope.kind == "function":
                return True
            scope = scope.parent
        return False

    def binds_for_inner(self, name: str) -> bool:
        return self.kind in ("function", "comprehension") and name in self.bound


class _Reader(ast.NodeVisitor):
    def __init__(self, owner: str, postponed_annotations: bool) -> None:
        self._scope = _Scope("outside", None)
        self._scopes = [self._scope]
        self._owners = [owner]
        self._postponed = postponed_annotations
        self._lines: dict[str, int] = {}
        self._attributes: dict[str, set[tuple[str, ...]]] = {}
        self._imports: list[Import] = []
        self._texts: list[tuple[str, int]] = []
        self._discovers = False
        self._bare: set[str] = set()
        self._unseeable: list[tuple[str, int]] = []

    def result(self) -> References:
        free = [(name, scope.is_late) for scope in self._scopes for name in scope.uses if _is_free(name, scope)]
        names = {name for name, _ in free}
        return References(
            early=frozenset(name for name, late in free if not late),
            late=frozenset(name for name, late in free if late),
            lines={name: line for name, line in self._lines.items() if name in names},
            attributes={name: frozenset(paths) for name, paths in self._attributes.items() if name in names},
            imports=tuple(self._imports),
            texts=tuple(self._texts),
            unseeable=tuple(self._unseeable),
            discovers=self._discovers,
            bare=frozenset(self._bare & names),
        )

    # Names

    def _mangled(self, name: str) -> str:
        owner = self._owners[-1].lstrip("_")
        return f"_{owner}{name}" if owner and name.startswith("__") and not name.endswith("__") else name

    def _use(self, name: str, line: int) -> None:
        name = self._mangled(name)
        self._lines.setdefault(name, line)
        # A class body reads a global until it binds the name itself; in functions a binding anywhere counts for the whole.
        if not (self._scope.kind == "class" and name in self._scope.bound):
            self._scope.uses.add(name)

    def _bind(self, name: str, scope: _Scope | None = None) -> None:
        (scope or self._scope).bound.add(self._mangled(name))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._bare.add(self._mangled(node.id))
            self._use(node.id, node.lineno)
        else:
            self._bind(node.id)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._use(node.target.id, node.lineno)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.global_names.update(map(self._mangled, node.names))

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

    def _enter(self, kind: str) -> _Scope:
        outer, self._scope = self._scope, _Scope(kind, self._scope)
        self._scopes.append(self._scope)
        return outer

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name)
        self._visit_all(node.decorator_list)
        self._visit_signature(node.args, node.returns)
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
        self._bind(node.name)
        self._visit_all(node.decorator_list)
        if getattr(node, "type_params", ()):
            self._bind_type_parameters(node)
        self._visit_all(node.bases)
        self._visit_all(node.keywords)
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
        self.visit(node.target)
        # Annotations of local variables are never evaluated.
        if not self._postponed and self._scope.kind != "function":
            self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def _bind_parameters(self, arguments: ast.arguments) -> None:
        for one in _parameters(arguments):
            self._bind(one.arg)

    def _bind_type_parameters(self, node: ast.AST) -> None:
        for parameter in getattr(node, "type_params", ()):
            self._bind(parameter.name)

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    # What else is noted

    def visit_Attribute(self, node: ast.Attribute) -> None:
        root, path = _attribute_path(node)
        if isinstance(root, ast.Name):
            self._attributes.setdefault(self._mangled(root.id), set()).add(path)
            self._use(root.id, root.lineno)
        else:
            self.visit(root)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0] if node.args else None
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        if name in ("import_module", "__import__", "resolve_name") and text:
            level = len(text) - len(text.lstrip("."))
            self._imports.append(Import(text[level:].partition(":")[0], (), level, node.lineno))
        elif name in ("import_module", "iter_modules", "walk_packages") or (name == "__import__" and text is None):
            self._discovers = True
        elif name in UNSEEABLE and isinstance(node.func, ast.Name):
            self._unseeable.append((name, node.lineno))
        if name == "open" and _opens_for_writing(node):
            self._visit_all([node.func, *node.args[1:], *node.keywords])
        else:
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._texts.append((node.value, node.lineno))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = (str(one.value) if isinstance(one, ast.Constant) else "*" for one in node.values)
        self._texts.append(("".join(parts), node.lineno))
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if is_type_checking(node.test):
            self._visit_all(node.orelse)
        else:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0])
            self._imports.append(Import(alias.name, (), 0, node.lineno))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self._bind(alias.asname or alias.name)
        self._imports.append(
            Import(node.module or "", tuple(alias.name for alias in node.names), node.level, node.lineno)
        )


def _opens_for_writing(call: ast.Call) -> bool:
    """Whether the file that is opened is made there, so that it need not be brought."""
    modes = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    return any(isinstance(mode, ast.Constant) and str(mode.value)[:1] in ("w", "x") for mode in modes)


def _is_free(name: str, scope: _Scope) -> bool:
    if name in scope.global_names:
        return True
    if scope.kind != "class" and scope.kind != "outside" and name in scope.bound:
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


@functools.lru_cache(maxsize=256)
def unnamed_imports(trees: tuple[ast.Module, ...]) -> tuple[Import, ...]:
    """Top-level imports of which no name is ever used, in any of the sources of one namespace.

    >>> unnamed_imports((ast.parse("import json, plugins; print(json.dumps(1))"),))
    (Import(module='plugins', names=(), level=0, line=1),)
    """
    used = frozenset(_dotted_names(trees))
    found = []
    for statement in (statement for tree in trees for statement in tree.body):
        if isinstance(statement, ast.Import):
            unused = (one for one in statement.names if (one.asname or one.name) not in used)
            found += [Import(one.name, (), 0, statement.lineno) for one in unused]
        elif isinstance(statement, ast.ImportFrom) and not any(
            one.name == "*" or (one.asname or one.name) in used for one in statement.names
        ):
            names = tuple(one.name for one in statement.names)
            found.append(Import(statement.module or "", names, statement.level, statement.lineno))
    return tuple(found)


def _dotted_names(trees: Iterable[ast.Module]) -> Iterator[str]:
    """All that is read: names, and ``a.b.c`` with each of its beginnings."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            root, path = _attribute_path(node)
            if isinstance(root, ast.Name):
                yield ".".join([root.id, *path])


def _attribute_path(node: ast.Attribute) -> tuple[ast.expr, tuple[str, ...]]:
    """``(what the first attribute is read from, the names of the attributes)``."""
    path = [node.attr]
    root = node.value
    while isinstance(root, ast.Attribute):
        path.append(root.attr)
        root = root.value
    return root, tuple(reversed(path))


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition is ``TYPE_CHECKING`` or ``typing.TYPE_CHECKING``: false whenever a program runs."""
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


_FUNCTION_ANALYSIS = frozenset(
    {
        "DependencyAnalyzer",
        "DependencyGraph",
        "FileReference",
        "FilesystemCall",
        "ImportInfo",
        "LocalFunctionCall",
        "LoopInfo",
        "analyze_function_dependencies",
        "analyze_function_loops",
    }
)


def __getattr__(name: str) -> object:
    """Give what is known under this module's name and stands on all of capture, which stands on this module."""
    if name not in _FUNCTION_ANALYSIS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    from importlib import import_module

    return getattr(import_module("clustrix.function_analysis"), name)
