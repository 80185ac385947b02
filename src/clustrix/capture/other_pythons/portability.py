"""Reading a piece of source for what a cluster's older Python can read and does not have; code that guards itself is believed."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from clustrix.alternatives import catches_absence
from clustrix.capture.other_pythons.features import (
    ADDED,
    COUNTS,
    GENERIC_ABCS,
    GENERIC_BUILTINS,
    KEYWORDS,
    MADE_TYPES,
    METHOD_KEYWORDS,
    METHODS,
    PLAIN_TYPES,
    REMOVED,
)
from clustrix.capture.other_pythons.local_names import Meaning, local_names
from clustrix.code_names import short_name
from clustrix.dependency_analysis import is_type_checking
from clustrix.syntax_nodes import nodes_in

#: Older Pythons raise ValueError.
_POWER = "`pow()` with a modulus and a negative exponent"
#: An annotation that has a meaning, and may not be left out.
_READ_ANNOTATION = "`dataclasses.KW_ONLY`"
#: Expressions that make an object of one class whatever they hold.
_DISPLAYS: dict[type[ast.AST], str] = {
    ast.JoinedStr: "str()", ast.Dict: "dict()", ast.DictComp: "dict()", ast.List: "list()", ast.ListComp: "list()", ast.Set: "set()",
    ast.SetComp: "set()", ast.Tuple: "tuple()",
}  # fmt: skip
_DICTS = ("dict()", "collections.defaultdict()", "collections.OrderedDict()", "collections.ChainMap()", "os.environ")
#: Dicts that older Pythons cannot go through backwards.
_NOT_REVERSED = ("dict()", "collections.defaultdict()")
_PATHS = ("pathlib.Path()", "pathlib.PurePath()")


@dataclass(frozen=True)
class Obstacle:
    """What a piece of source needs: Python 3.``minor``. Where ``gone`` it is the first version that lacks it."""

    what: str
    minor: int
    line: int
    in_annotation: bool = False
    gone: bool = False

    def told_in(self, file: str) -> str:
        """``match at study.py line 12 needs Python 3.10``."""
        place = f"{short_name(file)} line {self.line}"
        return f"{self.what} at {place} {'is gone since' if self.gone else 'needs'} Python 3.{self.minor}"


def obstacles(
    nodes: Iterable[ast.AST],
    minor: int,
    name_of: Callable[[str], str],
    own_methods: frozenset[str],
    guards: frozenset[str] = frozenset(),
    around: ast.AST | None = None,
) -> list[Obstacle]:
    """What in ``nodes``, which stand in the function or module ``around``, Python 3.``minor`` does not have.

    ``name_of`` gives what a global name stands for, such as ``math.prod`` for ``prod``, ``pathlib.Path()`` for an object of that class; "" if nobody
    knows. ``own_methods`` are names of the user's own methods, of which nothing is said; ``guards`` are names that tell what this Python can (see
    :func:`guard_names`).
    """
    reader = _Reader(minor, name_of, own_methods, guards)
    if around is not None:
        reader.enter(around)
    reader.visit_body(nodes)
    return reader.found


@functools.lru_cache(maxsize=1024)
def guard_names(tree: ast.Module) -> frozenset[str]:
    """Globals by which code asks what its Python can: ``PY39 = sys.version_info >= (3, 9)``, flags set where an import is tried."""
    found: set[str] = set()
    for node in nodes_in(tree):
        if isinstance(node, ast.Assign) and (asks_version(node.value) or _names_in(node.value) & found):
            found.update(one.id for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.Try) and catches_absence(node):
            inside = (one for part in (node.body, node.orelse, *(h.body for h in node.handlers)) for one in part)
            flags = (one for one in inside if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant))
            found.update(name.id for one in flags for name in one.targets if isinstance(name, ast.Name))
    return frozenset(found)


def asks_version(node: ast.AST) -> bool:
    """Whether an expression asks what this Python is or has."""
    return re.search(r"version_info|hasattr|hexversion", ast.dump(node)) is not None


def _names_in(node: ast.AST) -> set[str]:
    return {one.id for one in nodes_in(node) if isinstance(one, ast.Name)}


def dotted_names(node: ast.AST) -> set[str]:
    """``compat.PY39``, of a module that knows it."""
    return {ast.unparse(one) for one in nodes_in(node) if isinstance(one, ast.Attribute)}


def _is_negative(node: ast.expr) -> bool:
    """Whether it is a number below zero, written out; what ``-exponent`` is nobody knows."""
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


class _Reader(ast.NodeVisitor):
    def __init__(
        self,
        minor: int,
        name_of: Callable[[str], str],
        own_methods: frozenset[str],
        guards: frozenset[str],
    ) -> None:
        self.found: list[Obstacle] = []
        self._minor = minor
        self._name_of = name_of
        self._own_methods = own_methods
        self._guards = guards
        self._in_annotation = False
        self._depth = 0
        #: What the names of the functions around stand for, those of the innermost last.
        self._scopes: list[dict[str, Meaning]] = []

    def enter(self, node: ast.AST) -> None:
        """From here on names may be those of a function, or of a module."""
        self._scopes.append(dict(local_names(node)))

    def _need(self, what: str, minor: int, node: ast.AST) -> None:
        if minor > self._minor:
            in_annotation = self._in_annotation and what != _READ_ANNOTATION
            self.found.append(Obstacle(what, minor, getattr(node, "lineno", 0), in_annotation))

    def _dotted(self, node: ast.AST) -> str:
        """``math.prod``, ``pathlib.Path`` for the class, ``pathlib.Path()`` for what it makes, ``pathlib.Path().walk``."""
        if isinstance(node, ast.Attribute):
            above = self._dotted(node.value)
            return f"{above}.{node.attr}" if above else ""
        if isinstance(node, ast.Call):
            called = self._dotted(node.func)
            return f"{called}()" if called else ""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            left = self._dotted(node.left)
            return left if left in _PATHS else ""
        if type(node) in _DISPLAYS:
            return _DISPLAYS[type(node)]
        if isinstance(node, ast.Constant):
            return f"{type(node.value).__name__}()"
        return self._meaning(node.id) if isinstance(node, ast.Name) else ""

    def _meaning(self, name: str) -> str:
        scope = next((one for one in reversed(self._scopes) if name in one), None)
        if scope is None:
            return self._name_of(name)
        known = scope[name]
        if isinstance(known, ast.expr):
            scope[name] = ""  # it may refer to itself
            scope[name] = known = self._dotted(known)
        return known

    # Guards

    def _is_guard(self, test: ast.expr) -> bool:
        return asks_version(test) or not (_names_in(test) | dotted_names(test)).isdisjoint(self._guards)

    def visit_body(self, statements: Iterable[ast.AST]) -> None:
        """Statements one after the other, as far as ``if sys.version_info < (3, 9): return ..``."""
        for one in statements:
            self.visit(one)
            if (
                isinstance(one, ast.If)
                and self._is_guard(one.test)
                and isinstance(one.body[-1], (ast.Return, ast.Raise))
            ):
                break

    def visit_If(self, node: ast.If) -> None:
        if is_type_checking(node.test):
            self._visit_all(node.orelse)
        elif not self._is_guard(node.test):
            self.generic_visit(node)

    visit_IfExp = visit_If  # type: ignore[assignment]

    def visit_Try(self, node: ast.Try) -> None:
        if not catches_absence(node):
            before = len(self.found)
            self._visit_all(node.body)
            if any("'ValueError'" in ast.dump(one.type) for one in node.handlers if one.type is not None):
                self.found[before:] = [one for one in self.found[before:] if one.what != _POWER]
        self._visit_all([*node.orelse, *node.finalbody])

    # Names

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._module(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module or node.module == "__future__":
            return
        self._module(node.module, node)
        for alias in node.names:
            self._name(f"{node.module}.{alias.name}", node)

    def _module(self, name: str, node: ast.AST) -> None:
        self._name(name, node)
        top = name.partition(".")[0]
        removed = REMOVED.get(top)
        if removed is not None and self._minor >= removed:
            self.found.append(Obstacle(f"module {top}", removed, getattr(node, "lineno", 0), gone=True))

    def _name(self, name: str, node: ast.AST) -> None:
        while name:
            if name in ADDED:
                self._need(f"`{name}`", ADDED[name], node)
            name = name.rpartition(".")[0]

    def visit_Name(self, node: ast.Name) -> None:
        meaning = self._meaning(node.id)
        if "()" not in meaning:
            self._name(meaning, node)
        elif self._in_annotation and meaning in MADE_TYPES:
            self._need(f"`{node.id}`", MADE_TYPES[meaning], node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        dotted = self._dotted(node)
        method = dotted.replace("()", "")
        if dotted and dotted == method:
            self._name(dotted, node)
        elif method in ADDED:
            self._need(f"`{method}`", ADDED[method], node)
        elif node.attr in METHODS and node.attr not in self._own_methods:
            self._need(f"`.{node.attr}()`", METHODS[node.attr], node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        dotted = self._dotted(node.func)
        function = dotted.replace("()", "")
        is_method = isinstance(node.func, ast.Attribute) and (not dotted or dotted != function)
        method = node.func.attr if isinstance(node.func, ast.Attribute) and is_method else ""
        for keyword in node.keywords:
            known = KEYWORDS.get((function, keyword.arg or ""), 0)
            by_name = 0 if method in self._own_methods else METHOD_KEYWORDS.get((method, keyword.arg or ""), 0)
            self._need(f"`{function if known else f'.{method}'}({keyword.arg}=..)`", max(known, by_name), node)
        self._count(function, node)
        self.generic_visit(node)

    def _count(self, function: str, node: ast.Call) -> None:
        """Calls with so many arguments as older Pythons do not take."""
        if any(isinstance(one, ast.Starred) for one in node.args) or any(one.arg is None for one in node.keywords):
            return
        fewest, most, minor = COUNTS.get(function, (0, 255, 0))
        given = len(node.args) + len(node.keywords)
        if not fewest <= given <= most:
            self._need(f"`{function}()` with {given} arguments", minor, node)
        if function == "reversed" and len(node.args) == 1 and self._dotted(node.args[0]) in _NOT_REVERSED:
            self._need("`reversed()` of a dict", 8, node)
        if function == "pow" and len(node.args) == 3 and _is_negative(node.args[1]):
            self._need(_POWER, 8, node)

    # Types as expressions

    def visit_Subscript(self, node: ast.Subscript) -> None:
        dotted = self._dotted(node.value)
        if isinstance(node.ctx, ast.Load) and (dotted in GENERIC_BUILTINS or dotted in GENERIC_ABCS):
            self._need(f"`{dotted}[..]`", 9, node)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitOr) and (self._is_type(node.left) or self._is_type(node.right)):
            self._need("`X | Y` of types", 10, node)
        elif isinstance(node.op, ast.BitOr) and (self._is_dict(node.left) or self._is_dict(node.right)):
            self._need("`x | y` of dicts", 9, node)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.op, ast.BitOr) and self._is_dict(node.value):
            self._need("`x |= y` of dicts", 9, node)
        self.generic_visit(node)

    def _is_dict(self, node: ast.expr) -> bool:
        return self._dotted(node) in _DICTS

    def _is_type(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Subscript):
            return self._is_type(node.value)
        return (isinstance(node, ast.Constant) and node.value is None) or self._dotted(node) in PLAIN_TYPES

    # Definitions

    def _visit_function(self, node: Any) -> None:
        for decorator in node.decorator_list:
            if self._dotted(decorator) == "functools.lru_cache":
                self._need("`@lru_cache` without parentheses", 8, decorator)
        self._visit_all(node.decorator_list)
        self._visit_all([*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)])
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        self._annotations([one.annotation for one in arguments if one is not None] + [node.returns])
        self._depth += 1
        self.enter(node)
        self.visit_body(node.body)
        self._scopes.pop()
        self._depth -= 1

    visit_FunctionDef = visit_AsyncFunctionDef = _visit_function

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self.enter(node)
        self.visit(node.body)
        self._scopes.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        depth, self._depth = self._depth, 0
        self.generic_visit(node)
        self._depth = depth

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if not self._depth:  # those of local variables are not evaluated
            self._annotations([node.annotation])
        if node.value is not None:
            self.visit(node.value)

    def _annotations(self, nodes: list[ast.expr | None]) -> None:
        before, self._in_annotation = self._in_annotation, True
        self._visit_all([node for node in nodes if node is not None])
        self._in_annotation = before

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)
