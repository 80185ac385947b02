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
import re
from collections.abc import Iterable, Iterator

from clustrix.alternatives import catches_missing_name, has_alternatives
from clustrix.evaluated_texts import names_evaluated
from clustrix.references import OWN_PLACE, Import, References
from clustrix.scopes import ScopeReader
from clustrix.syntax_nodes import nodes_in

#: Calls through which a program reaches things by names that only exist when it runs.
UNSEEABLE = frozenset({"eval", "exec", "globals", "locals", "vars", "__import__", "compile"})
#: What leads from a file to its folder, or from a folder to the one around it; ``parents`` says how far by a number.
_STEPS_UP = {"parent": 1, "dirname": 1, "pardir": 1, "parents": 9}
#: Calls by which a program looks for modules, or imports them by names that are made up.
_LOOK_FOR_MODULES = frozenset({"import_module", "iter_modules", "walk_packages", "find_spec", "run_module"})
#: What is filled in: ``*`` stands for it in the text of an f-string.
FILLED_IN = r"(?:\*|%[-+# 0-9.]*[a-zA-Z]|\{[^{}]*\})"
_BEGINS_NAME = re.compile(rf"(\.*)([^\W\d][\w.]*?)?\.?(?:{FILLED_IN}((?:[\w.]|{FILLED_IN})*))?")


def references(node: ast.AST, owner: str = "", postponed_annotations: bool = False) -> References:
    """What ``node`` (a definition, a lambda, a whole module) refers to.

    ``owner`` is the class around it, by which private names are mangled; with ``postponed_annotations`` (the future import)
    annotations are not evaluated and so refer to nothing.
    """
    reader = _Reader(owner, postponed_annotations)
    reader.visit(node)
    return reader.result()


class _Reader(ScopeReader, ast.NodeVisitor):
    def __init__(self, owner: str, postponed_annotations: bool) -> None:
        super().__init__(owner, postponed_annotations)
        self._attributes: dict[str, set[tuple[str, ...]]] = {}
        self._imports: list[Import] = []
        self._texts: list[tuple[str, int]] = []
        self._discovers = self._walks = False
        self._in_alternatives = self._in_question = False
        self._required: set[str] = set()
        self._steps_up = 0
        self._asks_another = False
        self._unseeable: list[tuple[str, int]] = []
        self._evaluated: set[str] = set()

    def result(self) -> References:
        free = self.free_names()
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
            walks=self._walks,
            bare=frozenset(self._bare & names),
            climbs=max(0, self._steps_up - 1) if "__file__" in names else 0,
            evaluated=frozenset(self._evaluated),
            asks_another=self._asks_another,
            spare=frozenset(names - self._required),
        )

    def _use(self, name: str, line: int) -> None:
        if not self._in_question:
            self._required.add(self._mangled(name))
        super()._use(name, line)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        root, path = _attribute_path(node)
        self._steps_up += sum(_STEPS_UP.get(name, 0) for name in path)
        if isinstance(root, ast.Name):
            self._attributes.setdefault(self._mangled(root.id), set()).add(path)
            self._use(root.id, root.lineno)
        else:
            self._asks_another |= not OWN_PLACE.isdisjoint(path)
            self.visit(root)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        self._steps_up += isinstance(node.func, ast.Name) and name == "dirname"
        text = _text(_argument(node, 0, "name"))
        if name in ("import_module", "__import__", "resolve_name", "run_module") and text:
            level = len(text) - len(text.lstrip("."))
            package = _argument(node, 1, "package") if level else None
            base = _text(package)
            if base:
                text, level = resolved(text, base), 0
            # Relative to a package that is made out otherwise: ``import_module(".fast", app.steps.__name__)``.
            self._discovers |= level > 0 and not isinstance(package, (ast.Name, type(None)))
            self._imports.append(Import(text[level:].partition(":")[0], (), level, node.lineno))
        elif name in _LOOK_FOR_MODULES or (name == "__import__" and text is None):
            self._discovers = True
            self._walks |= name in ("iter_modules", "walk_packages")
        elif name in UNSEEABLE and isinstance(node.func, ast.Name):
            self._unseeable.append((name, node.lineno))
        self._evaluated.update(names_evaluated(node))
        if name == "open" and _opens_for_writing(node):
            self.visit(node.func)
            named = len(self._texts)
            self._visit_all(node.args[:1])
            del self._texts[named:]
            self._visit_all([*node.args[1:], *node.keywords])
        else:
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._steps_up += node.value == ".."
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

    def visit_Try(self, node: ast.Try) -> None:
        before = self._in_alternatives, self._in_question
        self._in_alternatives |= has_alternatives(node)
        self._in_question |= catches_missing_name(node)
        self._visit_all(node.body)
        self._in_question = before[1]
        self._visit_all(node.handlers)
        self._in_alternatives = before[0]
        self._visit_all([*node.orelse, *node.finalbody])

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0])
            self._imports.append(Import(alias.name, (), 0, node.lineno, self._in_alternatives))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self._bind(alias.asname or alias.name)
        names = tuple(alias.name for alias in node.names)
        self._imports.append(Import(node.module or "", names, node.level, node.lineno, self._in_alternatives))


def resolved(name: str, package: str) -> str:
    """A relative name of a module as an absolute one.

    >>> resolved(".x", "a.b"), resolved("..x", "a.b"), resolved("..", "a.b")
    ('a.b.x', 'a.x', 'a')
    """
    module = name.lstrip(".")
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - (len(name) - len(module)) + 1], *([module] if module else [])])


def _argument(call: ast.Call, index: int, name: str) -> ast.expr | None:
    given = [*call.args[index : index + 1], *(one.value for one in call.keywords if one.arg == name)]
    return given[0] if given else None


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _opens_for_writing(call: ast.Call) -> bool:
    """Whether the file that is opened is made there, so that it need not be brought."""
    modes = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    return any(isinstance(mode, ast.Constant) and str(mode.value)[:1] in ("w", "x") for mode in modes)


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
    for node in (node for tree in trees for node in nodes_in(tree)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            root, path = _attribute_path(node)
            if isinstance(root, ast.Name):
                yield ".".join([root.id, *path])


@functools.lru_cache(maxsize=1024)
def read_from_main(tree: ast.Module) -> frozenset[str]:
    """What a module imports from ``__main__``, or reads from it where it imports that.

    >>> sorted(read_from_main(ast.parse("from __main__ import RATE as r; import __main__ as m; m.log(1)")))
    ['RATE', 'log']
    """
    nodes = nodes_in(tree)
    aliases = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names = {alias.asname or alias.name for alias in aliases if alias.name == "__main__"}
    found = {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "__main__"
        for alias in node.names
    }
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            found.add(node.attr)
    return frozenset(found)


def _attribute_path(node: ast.Attribute) -> tuple[ast.expr, tuple[str, ...]]:
    """``(what the first attribute is read from, the names of the attributes)``."""
    path = [node.attr]
    root = node.value
    while isinstance(root, ast.Attribute):
        path.append(root.attr)
        root = root.value
    return root, tuple(reversed(path))


def packages_named(texts: Iterable[str], package: str) -> Iterator[str]:
    """The packages in whose names something is filled in: ``"app.steps." + name``, ``f".{name}"``, and whole names.

    >>> list(packages_named(["app.steps.*", "not a name", "app.steps.%s"], ""))
    ['app.steps', 'app.steps']
    """
    return (name for name, _ in packages_filled_in(texts, package))


def packages_filled_in(texts: Iterable[str], package: str) -> Iterator[tuple[str, bool]]:
    """The same, each with whether names further inside may be meant: ``f"app.{part}.{name}"``.

    >>> list(packages_filled_in(["app.%s.%s", ".{}_steps"], "lab"))
    [('app', True), ('lab', False)]
    """
    for text in texts:
        found = _BEGINS_NAME.fullmatch(text)
        if found is None:
            continue
        above, name, rest = found.groups()
        if package or not above:
            yield (resolved(above + (name or ""), package) if above else name or package), "." in (rest or "")


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
