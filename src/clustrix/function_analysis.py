"""What a function depends on, as a table: a view on what :mod:`clustrix.capture` finds, nothing is found twice.

>>> def area(r):
...     import math
...     return math.pi * r ** 2
>>> analyze_function_dependencies(area).function_name
'area'
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from clustrix.capture import Program, Target, capture
from clustrix.capture.definitions.functions import place_of
from clustrix.capture.modules.found_modules import find_module
from clustrix.capture.modules.local_modules import imported_modules
from clustrix.dependency_analysis import references
from clustrix.errors import CaptureError
from clustrix.references import Import
from clustrix.syntax_nodes import nodes_in

_FILE_READERS = frozenset(
    {"open", "read_csv", "read_text", "read_bytes", "loadtxt", "load", "read_excel", "read_parquet"}
)


@dataclass(frozen=True)
class ImportInfo:
    """An import statement, and whose the module is: ``standard library``, ``installed distribution``, ``the user's own``."""

    module: str
    names: tuple[str, ...]
    line: int
    owner: str


@dataclass(frozen=True)
class LocalFunctionCall:
    """A call of one of the user's own functions, shipped with the function that makes it."""

    function_name: str
    line: int
    defined_in: str


@dataclass(frozen=True)
class FileReference:
    """A file that the function names; ``path`` is the file at home, "" if there is none."""

    name: str
    line: int
    path: str


@dataclass(frozen=True)
class FilesystemCall:
    """A call of one of ``cluster_ls``, ``cluster_find`` and their kin."""

    function: str
    line: int


@dataclass(frozen=True)
class LoopInfo:
    """A loop: its kind (``for``, ``while``, ``comprehension``), its variable and what it goes over, as written."""

    kind: str
    variable: str
    iterable: str
    line: int
    depth: int


@dataclass(frozen=True)
class DependencyGraph:
    """All that a function depends on."""

    function_name: str
    source_code: str
    imports: tuple[ImportInfo, ...]
    local_function_calls: tuple[LocalFunctionCall, ...]
    file_references: tuple[FileReference, ...]
    filesystem_calls: tuple[FilesystemCall, ...]
    source_files: frozenset[str]
    local_modules: frozenset[str]
    data_files: frozenset[str]
    requires_cluster_filesystem: bool


class DependencyAnalyzer:
    """Analyses functions; what was read stays known, so the second analysis of a project is quick."""

    def analyze_function(self, function: Callable[..., Any]) -> DependencyGraph:
        """What a function depends on. Raises CaptureError where a call of it could not be sent at all."""
        plain = inspect.unwrap(function)
        program = capture(plain, (), {}, Target((*sys.version_info[:2], 0)))
        source, tree = _source_of(plain)
        calls = tuple(_filesystem_calls(tree))
        return DependencyGraph(
            function_name=program.name,
            source_code=source,
            imports=tuple(_imports(tree, program)),
            local_function_calls=tuple(_local_calls(tree, program)),
            file_references=tuple(_file_references(tree, program)),
            filesystem_calls=calls,
            source_files=frozenset(_source_files(program)),
            local_modules=frozenset(module.name for module in program.modules),
            data_files=frozenset(file.path for file in program.data_files),
            requires_cluster_filesystem=bool(calls),
        )


def analyze_function_dependencies(function: Callable[..., Any]) -> DependencyGraph:
    """What a function depends on. Raises CaptureError where a call of it could not be sent at all."""
    return DependencyAnalyzer().analyze_function(function)


def analyze_function_loops(function: Callable[..., Any]) -> tuple[LoopInfo, ...]:
    """The loops in a function, outer before inner. Raises CaptureError if its source is nowhere to be had."""
    source, tree = _source_of(inspect.unwrap(function))
    if not source:
        raise CaptureError(f"the source of {getattr(function, '__qualname__', function)!s} is not to be had")
    return tuple(_loops(tree, 0))


def _source_of(function: Any) -> tuple[str, ast.AST]:
    """Its lines, and its definition with the line numbers of the file; "" and an empty module where it has none."""
    while isinstance(function, (functools.partial, types.MethodType)):
        function = inspect.unwrap(function.func if isinstance(function, functools.partial) else function.__func__)
    if isinstance(function, types.FunctionType):
        source, place = place_of(function.__code__, function.__globals__)
        if source is not None and place is not None:
            own, first, last = place.node, place.first_line, place.last_line
            if isinstance(own, ast.Lambda):
                first, last = own.lineno, own.end_lineno or own.lineno
            around = ast.Module([own if isinstance(own, ast.stmt) else ast.Expr(own)], [])
            return "".join(f"{line}\n" for line in source.lines[first - 1 : last]), around
    elif isinstance(function, type):
        with contextlib.suppress(OSError, TypeError):
            lines, first = inspect.getsourcelines(function)
            return "".join(lines), ast.increment_lineno(ast.parse(textwrap.dedent("".join(lines))), first - 1)
    return "", ast.Module([], [])


def _imports(tree: ast.AST, program: Program) -> Iterator[ImportInfo]:
    seen = set()
    for one in references(tree).imports:
        seen.add(one.module)
        yield ImportInfo("." * one.level + one.module, one.names, one.line, _owner(one))
    others = (*(module.name for module in program.modules), *program.foreign, *_of_standard_library(program))
    for name in dict.fromkeys(others):
        if name not in seen:
            yield ImportInfo(name, (), 0, _owner(Import(name, (), 0, 0)))


def _of_standard_library(program: Program) -> Iterator[str]:
    """The modules that globals are or come from, as ``import json`` at the top of a script has it."""
    for one in program.globals:
        is_code = isinstance(one.value, (types.FunctionType, types.BuiltinFunctionType, type))
        module = one.value.__name__ if isinstance(one.value, types.ModuleType) else is_code and one.value.__module__
        if module and module != "builtins" and module.partition(".")[0] in sys.stdlib_module_names:
            yield module


def _owner(one: Import) -> str:
    name = next(iter(imported_modules(one, "", False)), "")
    found = find_module(name) if name else None
    return found.owner.value if found is not None else ""


def _local_calls(tree: ast.AST, program: Program) -> Iterator[LocalFunctionCall]:
    defined = {place.name: used.source.filename for used in program.sources for place in used.places}
    for module in program.modules:
        if module.path is not None:
            defined.setdefault(module.name.rpartition(".")[2], module.path)
    for node in nodes_in(tree):
        if isinstance(node, ast.Call):
            root: ast.expr = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in defined and root.id != program.name:
                yield LocalFunctionCall(ast.unparse(node.func), node.lineno, defined[root.id])


def _file_references(tree: ast.AST, program: Program) -> Iterator[FileReference]:
    paths = {file.arrives_as or file.member: file.path for file in program.data_files}
    for node in nodes_in(tree):
        if (
            isinstance(node, ast.Call)
            and _called(node) in _FILE_READERS
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            name = node.args[0].value
            if isinstance(name, str):
                yield FileReference(name, node.lineno, paths.get(name, ""))


def _filesystem_calls(tree: ast.AST) -> Iterator[FilesystemCall]:
    for node in nodes_in(tree):
        if isinstance(node, ast.Call) and _called(node).startswith("cluster_"):
            yield FilesystemCall(_called(node), node.lineno)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _source_files(program: Program) -> Iterator[str]:
    yield from (used.source.filename for used in program.sources)
    yield from (module.path for module in program.modules if module.path is not None)


def _loops(node: ast.AST, depth: int) -> Iterator[LoopInfo]:
    for child in ast.iter_child_nodes(node):
        inner = depth
        if isinstance(child, (ast.For, ast.AsyncFor)):
            yield LoopInfo("for", ast.unparse(child.target), ast.unparse(child.iter), child.lineno, depth)
            inner += 1
        elif isinstance(child, ast.While):
            yield LoopInfo("while", "", ast.unparse(child.test), child.lineno, depth)
            inner += 1
        elif isinstance(child, ast.comprehension):
            line = child.iter.lineno
            yield LoopInfo("comprehension", ast.unparse(child.target), ast.unparse(child.iter), line, depth)
        yield from _loops(child, inner)
