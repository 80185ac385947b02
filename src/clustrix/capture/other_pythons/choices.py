"""Statements of a script that ask what the Python has in which they run: another Python has to answer for itself.

    try:
        from itertools import pairwise
    except ImportError:
        def pairwise(values): ...

    PY39 = sys.version_info >= (3, 9)
    prod = getattr(math, "prod", my_product)

What they bind here is the answer of this Python. Where the cluster has another one they are executed there, instead of shipping what they bound.
So they are between equal Pythons, if what they ask for is somebody's package: ``try: import ujson as json``, ``except ImportError: import json``.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from clustrix.alternatives import catches_absence, caught, has_alternatives
from clustrix.capture.definitions.sources import Place, Source, interactive_sources
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.modules.ownership import Owner
from clustrix.capture.other_pythons.portability import asks_version, dotted_names
from clustrix.dependency_analysis import references
from clustrix.errors import ClustrixError
from clustrix.syntax_nodes import nodes_in, nodes_of

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def choices_in(namespace: dict[str, object], same_python: bool = False) -> dict[str, tuple[Source, Place]]:
    """The globals that such a choice has bound, and nothing else: each with the source and the statement.

    With ``same_python`` only those that depend on what is installed.
    """
    found: dict[str, tuple[Source, Place]] = {}
    bound: set[str] = set()
    package = str(namespace.get("__package__") or "")
    for source in interactive_sources(namespace):
        latest = _binding_counts(source.tree).keys() - bound
        known = frozenset[str]() if same_python else guards_imported(source.tree, package)
        chosen = _choices(source.tree, same_python, known)
        found.update({name: (source, place) for name, place in chosen.items() if name in latest})
        bound |= latest
    return found


@functools.lru_cache(maxsize=1024)
def _choices(tree: ast.Module, same_python: bool, known: frozenset[str]) -> dict[str, Place]:
    counts, found = _binding_counts(tree), dict[str, Place]()
    pythons = _names_of_python(tree) | {name.partition(".")[0] for name in known}
    own = frozenset(one.name for one in tree.body if isinstance(one, _DEFINITIONS))
    for statement in tree.body:
        if _is_choice(statement, _Names(pythons | found.keys(), own), known | found.keys(), same_python):
            names = frozenset(_bound([statement]))
            place = Place(
                statement, ", ".join(sorted(names)), "", statement, statement.lineno, statement.end_lineno or 0
            )
            found.update({name: place for name in names if counts[name] == 1})
    return found


@functools.lru_cache(maxsize=1024)
def _binding_counts(tree: ast.Module) -> dict[str, int]:
    """In how many top-level statements each global is bound."""
    counts: dict[str, int] = {}
    for statement in tree.body:
        for name in set(_bound([statement])):
            counts[name] = counts.get(name, 0) + 1
    return counts


def _bound(statements: Iterable[ast.AST]) -> Iterator[str]:
    """The globals that statements bind; what is inside of definitions binds none."""
    for node in statements:
        if isinstance(node, _DEFINITIONS):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif not isinstance(node, ast.Lambda):
            yield from _bound(ast.iter_child_nodes(node))


def _names_of_python(tree: ast.Module) -> frozenset[str]:
    """The globals that stand for builtins and for what is imported from the standard library."""
    imports = (node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)) and _is_python_import(node))
    return frozenset(dir(builtins)) | frozenset(_bound(imports))


def _is_python_import(node: ast.Import | ast.ImportFrom) -> bool:
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    is_relative = isinstance(node, ast.ImportFrom) and node.level > 0
    return not is_relative and all(one.partition(".")[0] in sys.stdlib_module_names for one in modules)


class _Names(NamedTuple):
    """What a choice may name: what is Python's, and the user's own definitions, which it may hand on and not call."""

    pythons: frozenset[str]
    own: frozenset[str]

    def suffice(self, value: ast.expr) -> bool:
        """Whether an expression uses nothing else."""
        nodes = nodes_in(value)
        used = (getattr(one, "func", None) or getattr(one, "value", None) for one in nodes)
        inside = {one.id for one in used if isinstance(one, ast.Name)}
        return references(value).early - (self.own - inside) <= self.pythons


def _is_choice(statement: ast.stmt, names: _Names, chosen: Iterable[str], same_python: bool) -> bool:
    """Whether a statement asks what this Python has and does nothing but bind names accordingly."""
    if isinstance(statement, (ast.Assign, ast.If)):
        asking = statement.value if isinstance(statement, ast.Assign) else statement.test
        asks = asks_version(asking) or any(_gets_with_another(one, names.pythons) for one in nodes_in(asking))
        asks = (asks and not same_python) or _reads(asking, chosen)
    else:
        asks = isinstance(statement, ast.Try) and _asks_for_presence(statement)
        asks = asks and not (same_python and all(map(_is_python_import, _imports_in(statement))))
    return asks and not _asks_around(statement) and _only_binds(statement, names)


def _gets_with_another(node: ast.AST, pythons: frozenset[str]) -> bool:
    """``getattr(math, "prod", None)``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return node.func.id == "getattr" and len(node.args) == 3 and references(node.args[0]).names <= pythons


#: What is raised where Python itself lacks something; more is caught where a value may be wrong: ``int(os.environ["CORES"])``.
_NAMES_ABSENT = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "NameError"})
#: By which code asks for what is set around this process, not for what its Python has.
_AROUND = frozenset({
    "argv", "cpu_count", "cwd", "environ", "environb", "getcwd", "getenv", "gethostname", "getpid", "getuser", "home", "input", "node", "now",
    "open", "orig_argv", "perf_counter", "process_cpu_count", "read_bytes", "read_text", "sched_getaffinity", "time", "today", "uname", "urandom",
})  # fmt: skip


def _asks_for_presence(statement: ast.Try) -> bool:
    """Whether a try statement imports something, or reads names, and goes on where that is not there."""
    inside = [node for one in statement.body for node in nodes_in(one)]
    is_import = any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in inside)
    only_names = caught(statement) <= _NAMES_ABSENT or not any(
        isinstance(one, (ast.Call, ast.Subscript)) for one in inside
    )
    return catches_absence(statement) and (is_import or only_names)


def _asks_around(statement: ast.stmt) -> bool:
    """Whether a job would get another answer whatever its Python is."""
    nodes = nodes_in(statement)
    return any(getattr(node, "id", getattr(node, "attr", "")) in _AROUND for node in nodes)


def _imports_in(statement: ast.stmt) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in nodes_in(statement) if isinstance(node, (ast.Import, ast.ImportFrom)))


def _is_others_import(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether what is imported is Python's or a distribution's, as far as it is here: not the user's own, which is shipped."""
    if isinstance(node, ast.ImportFrom) and node.level:
        return False
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    owners = (find_module(name.partition(".")[0]) for name in names)
    return all(found is None or found.owner in (Owner.STDLIB, Owner.INSTALLED) for found in owners)


def _reads(node: ast.AST, names: Iterable[str]) -> bool:
    return not frozenset(names).isdisjoint(references(node).names | dotted_names(node))


_MayImport = Callable[[ast.Import | ast.ImportFrom], bool]


def _only_binds(statement: ast.stmt, names: _Names, may_import: _MayImport = _is_python_import) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return may_import(statement)
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not statement.decorator_list and references(statement.args).names <= names.pythons
    if isinstance(statement, ast.ClassDef):
        return references(statement).early <= names.pythons
    if isinstance(statement, ast.Assign):
        return all(map(_is_names, statement.targets)) and names.suffice(statement.value)
    if isinstance(statement, ast.If):
        inner = [*statement.body, *statement.orelse]
        may_import = _is_any_import if asks_version(statement.test) else may_import
        return references(statement.test).names <= names.pythons and _all_only_bind(inner, names, may_import)
    if isinstance(statement, ast.Try):
        return _tries_only_to_bind(statement, names, may_import)
    return isinstance(statement, ast.Pass)


def _is_names(target: ast.expr) -> bool:
    """``cache``, or ``cache, prod``."""
    return isinstance(target, ast.Name) or (isinstance(target, ast.Tuple) and all(map(_is_names, target.elts)))


def _tries_only_to_bind(statement: ast.Try, names: _Names, may_import: _MayImport) -> bool:
    tried = _is_others_import if has_alternatives(statement) else may_import
    # In the place of what is Python's may stand what is the user's, which is shipped.
    is_of_others = all(map(tried, (one for part in statement.body for one in _imports_in(part))))
    instead = _is_any_import if is_of_others else tried
    handlers = [one for handler in statement.handlers for one in handler.body]
    known = names._replace(pythons=names.pythons | frozenset(_bound([*statement.body, *handlers])))
    return _all_only_bind(handlers, known, instead) and _all_only_bind(
        [*statement.body, *statement.orelse, *statement.finalbody], known, tried
    )


def _is_any_import(node: ast.Import | ast.ImportFrom) -> bool:
    return all(alias.name != "*" for alias in node.names)


def _all_only_bind(statements: list[ast.stmt], names: _Names, may_import: _MayImport) -> bool:
    known = names._replace(pythons=names.pythons | frozenset(_bound(statements)))
    return all(_only_binds(one, known, may_import) for one in statements)


# What other modules have found out


def guards_imported(tree: ast.Module, package: str) -> frozenset[str]:
    """The names by which a source asks what local modules have found out: ``PY39`` that it imports, ``compat.PY39``."""
    return _imported_of(tree, package, names_of_choices)


def names_of_choices(module: str) -> frozenset[str]:
    """The globals that the choices of a local module bind, be it by asking another one."""
    found = local_module(module)
    if found is None:
        return frozenset()
    tree = module_source(found).tree
    return frozenset(_choices(tree, False, _imported_of(tree, found.package, _names_of_own_choices)))


def _names_of_own_choices(module: str) -> frozenset[str]:
    found = local_module(module)
    return frozenset(_choices(module_source(found).tree, False, frozenset())) if found is not None else frozenset()


def _imported_of(tree: ast.Module, package: str, choices_of: Callable[[str], frozenset[str]]) -> frozenset[str]:
    names, modules = names_imported(tree, package), _modules_imported(tree, package)
    chosen = {module: choices_of(module) for module in {*(one.module for one in names), *(name for _, name in modules)}}
    dotted = (f"{alias}.{name}" for alias, module in modules for name in chosen[module])
    return frozenset({*(one.alias for one in names if one.name in chosen[one.module]), *dotted})


def local_module(name: str) -> FoundModule | None:
    """The user's loaded module of this name, if it has a file, and that can be read still."""
    found = find_module(name) if name in sys.modules and name.partition(".")[0] != "clustrix" else None
    if found is None or found.owner is not Owner.LOCAL or found.path is None:
        return None
    try:
        module_source(found)
    except ClustrixError:  # whoever needs the module gets this error
        return None
    return found


class Imported(NamedTuple):
    """``from module import name as alias``."""

    module: str
    name: str
    alias: str


@functools.lru_cache(maxsize=1024)
def names_imported(tree: ast.Module, package: str) -> tuple[Imported, ...]:
    """What a source imports by name, wherever, but of the standard library."""
    imports = nodes_of(tree, ast.ImportFrom)
    return tuple(
        Imported(_absolute("." * node.level + (node.module or ""), package), one.name, one.asname or one.name)
        for node in imports
        if not _is_python_import(node)
        for one in node.names
    )


@functools.lru_cache(maxsize=1024)
def _modules_imported(tree: ast.Module, package: str) -> tuple[tuple[str, str], ...]:
    """The names that stand for modules, with these; what is imported from a package may be one."""
    imports = (node for node in nodes_of(tree, ast.Import) if not _is_python_import(node))
    whole = [(one.asname or one.name, one.name) for node in imports for one in node.names]
    return (*whole, *((one.alias, f"{one.module}.{one.name}") for one in names_imported(tree, package)))


def _absolute(module: str, package: str) -> str:
    try:
        return importlib.util.resolve_name(module, package)
    except ImportError:
        return module  # relative, and there is no package: nothing was imported by it
