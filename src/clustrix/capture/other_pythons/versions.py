"""What the cluster's Python cannot run, found and named before anything is sent; what only the client runs does not count."""

from __future__ import annotations

import ast
import builtins
import functools
import importlib.util
import re
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clustrix.capture.definitions.sources import Place, Source
from clustrix.capture.modules.compiled_modules import refuse_compiled
from clustrix.capture.modules.found_modules import FoundModule, imports_apart, module_source
from clustrix.capture.modules.import_effects import only_binds, quiet_assignments
from clustrix.capture.modules.local_modules import LocalModules
from clustrix.capture.modules.needed import identifiers, needed_statements, read_statements
from clustrix.capture.modules.ownership import mark
from clustrix.capture.other_pythons.blanked import blank, unneeded_method_at
from clustrix.capture.other_pythons.choices import choices_in, guards_imported
from clustrix.capture.other_pythons.chosen_elsewhere import chosen_origins
from clustrix.capture.other_pythons.features import ADDED
from clustrix.capture.other_pythons.left_out import lines_left_out
from clustrix.capture.other_pythons.newer_syntax import unreadable_forms
from clustrix.capture.other_pythons.portability import Obstacle, guard_names, obstacles
from clustrix.capture.other_pythons.public_names import public_name
from clustrix.capture.reached import Reached, UsedSource
from clustrix.capture.unseen import ANNOTATIONS, evaluates_annotations
from clustrix.code_names import full_name
from clustrix.errors import CaptureError
from clustrix.syntax_nodes import functions_in

_OTHER_PYTHON = 'python_version="3.12" or python_executable=.. chooses another Python on the cluster'


@dataclass
class Adapted:
    """What is shipped instead, for an older Python: modules' files without what cannot be read and is not needed; whose annotations wait.

    They may not where the program reads them itself (``evaluates``).
    """

    evaluates: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    postponed: set[str] = field(default_factory=set)
    #: Definitions out of scripts, cells and prompts whose annotations have to wait: the call is pickled again with them.
    places: list[Place] = field(default_factory=list)
    #: By their sources, methods of classes out of these that nothing names, with what is said in their place.
    methods: dict[Source, dict[ast.stmt, str]] = field(default_factory=dict)


def check_versions(reached: Reached, needed: dict[str, frozenset[int]], version: tuple[int, int, int]) -> Adapted:
    """Raise CaptureError where shipped code needs what Python ``version`` does not have; tell what has to be adapted."""
    adapted = Adapted()
    if version[:2] == sys.version_info[:2]:
        return adapted
    used = list(reached.sources.values())
    methods = frozenset(_own_methods(reached))
    captured, _ = reached.definitions()
    wanted = identifiers(captured) | reached.wanted
    strictly = needed_statements(reached.modules.found.values(), wanted, strictly=True)
    if ANNOTATIONS in reached.looks_at:
        adapted.evaluates = evaluates_annotations([*captured, *_statements(reached.modules, strictly)])
    for one in used:
        namespace = reached.namespace_of(one)
        answers = _answers_in(one, namespace)
        for place in one.places:
            for found in _found_in_place(one, place, namespace, answers, version, methods, adapted):
                method = unneeded_method_at(found.line, place.node, namespace.get(place.qualname), reached)
                if method is None:
                    raise _obstacle_error(found, one.source.filename, version)
                adapted.methods.setdefault(one.source, {}).setdefault(
                    method, _said(found, one.source.filename, version)
                )
    for module in _modules_that_have_to_run(reached.modules, needed, version):
        refuse_compiled(module.name, module.path, version)
        _check_module(module, strictly[module.name], version, methods, adapted, reached)
    if not adapted.places:
        check_values(reached, version)
    return adapted


def _statements(modules: LocalModules, needed: dict[str, frozenset[int]]) -> Iterator[ast.stmt]:
    for name, indices in needed.items():
        body = module_source(modules.found[name]).tree.body
        yield from (body[index] for index in indices)


def _modules_that_have_to_run(
    modules: LocalModules, needed: dict[str, frozenset[int]], version: tuple[int, int, int]
) -> Iterator[FoundModule]:
    """The shipped modules without those that others import and the call does not need, if nobody would miss their import.

    Such an import may fail there. What it should have brought is then an error for whoever uses it.
    """
    kept, others = modules.needed(needed), _for_other_pythons(modules, version)
    for name, module in modules.found.items():
        if module.path is None or name in others:
            continue
        alone = [modules.found[one] for one in {name, *modules.behind(name)} - kept]
        if name in kept or not all(one.path is None or only_binds(module_source(one).tree) for one in alone):
            yield module


def _for_other_pythons(modules: LocalModules, version: tuple[int, int, int]) -> frozenset[str]:
    """The shipped modules that are only imported where the cluster's Python does not come to."""

    def is_run(name: str, line: int) -> bool:
        module = modules.found.get(name)
        return module is None or module.path is None or line not in lines_left_out(module_source(module).tree, version)

    return modules.followed(lambda name, line: True) - modules.followed(is_run)


def _own_methods(reached: Reached) -> Iterator[str]:
    trees = [source.source.tree for source in reached.sources.values()]
    trees += [module_source(module).tree for module in reached.modules.found.values() if module.path is not None]
    for tree in trees:
        yield from _names_of_functions(tree)


@functools.lru_cache(maxsize=2048)
def _names_of_functions(tree: ast.Module) -> frozenset[str]:
    """Of all that a source defines; each call asks for it."""
    return frozenset(node.name for node in functions_in(tree))


_NEWER_KINDS = {types.UnionType, types.GenericAlias, getattr(typing, "TypeAliasType", None)}


def check_values(reached: Reached, version: tuple[int, int, int]) -> None:
    """Values of the standard library's classes need these to be there; those that only annotations name are gone by now."""
    for kind in reached.kinds:
        module = kind.__module__.lstrip("_")
        if module.partition(".")[0] not in sys.stdlib_module_names:
            continue
        # Others have been there under other names, or none: re.Pattern.
        own = f"{module}.{kind.__qualname__}" if kind in _NEWER_KINDS else module
        names = (module, module.partition(".")[0], own)
        minor = max(ADDED.get(name, 0) for name in names)
        if minor > version[1]:
            use = next((one for one in reached.used if isinstance(one.value, kind)), None)
            if use is None:
                _refuse_annotations(reached, version)
            raise CaptureError(
                f"{use or 'a value that is sent'} is a {module}.{kind.__qualname__}, which needs Python 3.{minor}; "
                f"the cluster has {'.'.join(map(str, version))}",
                hint=_OTHER_PYTHON,
            )


def _refuse_annotations(reached: Reached, version: tuple[int, int, int]) -> None:
    """Raise CaptureError for an annotation that is sent, as the program reads such, and that the cluster's Python cannot have."""
    for used in reached.sources.values():
        name_of = functools.partial(_living_name, reached.namespace_of(used))
        found = obstacles([place.node for place in used.places], version[1], name_of, frozenset())
        for one in (one for one in found if one.in_annotation):
            raise _obstacle_error(one, used.source.filename, version)


# Definitions out of scripts, cells and prompts


@dataclass(frozen=True)
class _Answers:
    """The globals for which the cluster's Python answers itself, and those by which code asks what it can."""

    chosen: frozenset[str]
    guards: frozenset[str]


def _answers_in(used: UsedSource, namespace: dict[str, Any]) -> _Answers:
    elsewhere = frozenset(chosen_origins(namespace))
    chosen = elsewhere | choices_in(namespace).keys()
    # What other names of the kind mean is this Python's answer, and goes along.
    guards = (guard_names(used.source.tree) & chosen) | elsewhere
    return _Answers(chosen, guards | guards_imported(used.source.tree, str(namespace.get("__package__") or "")))


def _found_in_place(
    used: UsedSource,
    place: Place,
    namespace: dict[str, Any],
    answers: _Answers,
    version: tuple[int, int, int],
    methods: frozenset[str],
    adapted: Adapted,
) -> Iterator[Obstacle]:
    """What a definition needs that is not there; one whose annotations need it is noted, and they wait."""
    for form in unreadable_forms(place.statement, used.source.text, version[1]):
        yield Obstacle(form.name, form.minor, form.line)
    node: Any = place.node
    # A function's decorators and annotations have been evaluated here, and do not go there; nor do a class's own decorators, if they are the user's.
    around = node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) else None
    nodes = [node] if around is None else node.body if isinstance(node.body, list) else [node.body]

    def name_of(name: str) -> str:
        return "" if name in answers.chosen else _living_name(namespace, name)

    for one in obstacles(nodes, version[1], name_of, methods, answers.guards, around):
        if one.in_annotation and not adapted.evaluates:
            if not place.postponed and isinstance(node, ast.ClassDef):
                adapted.places.append(place)
        else:
            yield one


def _living_name(namespace: dict[str, Any], name: str) -> str:
    """What a global stands for: ``math.prod``, ``zip``, ``pathlib.Path()`` for an object of that class; "" for the user's own."""
    if name not in namespace:
        return _builtin(name)
    value = namespace[name]
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, types.GenericAlias):
        return "types.GenericAlias()"  # it says of itself what its class says
    module, qualname = mark(value, "__module__"), mark(value, "__qualname__") or mark(value, "_name")
    if not isinstance(module, str) or not isinstance(qualname, str):
        kind = next(one for one in type(value).__mro__ if one.__name__ not in ("PosixPath", "WindowsPath"))
        module, qualname = kind.__module__.partition("._")[0], f"{kind.__qualname__}()"
        if getattr(sys.modules.get(module), name, None) is value:
            qualname = name  # known by its identity
    if module.partition(".")[0] not in sys.stdlib_module_names:
        return ""
    return qualname if module == "builtins" else public_name(value, module, qualname)


# Modules


def _check_module(
    module: FoundModule,
    needed: frozenset[int],
    version: tuple[int, int, int],
    methods: frozenset[str],
    adapted: Adapted,
    reached: Reached,
) -> None:
    source = module_source(module)
    text = importlib.util.decode_source(source.data)
    found = _module_obstacles(text, version[1], methods, guards_imported(source.tree, module.package))
    if not found and (version >= (3, 7) or "annotations" not in text):
        return
    assert module.path is not None
    lines, blanked, unneeded = text.split("\n"), dict[int, Obstacle](), dict[ast.stmt, Obstacle]()
    for index, one in found:
        statement = source.tree.body[index]
        if one.in_annotation and not adapted.evaluates:
            adapted.postponed.add(module.name)
        elif index in needed and not isinstance(statement, (ast.Import, ast.ImportFrom)):
            kind = getattr(sys.modules.get(module.name), getattr(statement, "name", ""), None)
            method = unneeded_method_at(one.line, statement, kind, reached)
            if method is None:
                raise _obstacle_error(one, module.path, version)
            unneeded.setdefault(method, one)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            if index in needed:
                raise _obstacle_error(one, module.path, version)
        else:
            blanked[index] = one
    for method, one in unneeded.items():
        blank(lines, method, _said(one, module.path, version))
    # The last first: those before it in its line keep their columns.
    for index, one in sorted(_and_built_on(blanked, needed, source.tree).items(), reverse=True):
        blank(lines, source.tree.body[index], _said(one, module.path, version))
    changed = bool(blanked or unneeded)
    if version < (3, 7):
        changed |= _without_future(lines, source.tree, module, adapted, version)
    if changed:
        adapted.files[module.name] = _encoded("\n".join(lines), text)


@functools.lru_cache(maxsize=4096)
def _module_obstacles(
    text: str, minor: int, methods: frozenset[str], imported: frozenset[str]
) -> list[tuple[int, Obstacle]]:
    """What the top-level statements need, with their indices; ``imported`` are the guards that other modules have."""
    tree = ast.parse(text)
    guards = guard_names(tree) | imported
    found = []
    for index, statement in enumerate(imports_apart(tree.body)):
        forms = unreadable_forms(statement, text, minor)
        found += [(index, Obstacle(form.name, form.minor, form.line)) for form in forms]
        found += [(index, one) for one in obstacles([statement], minor, _builtin, methods, guards, tree)]
    return found


def _builtin(name: str) -> str:
    return name if hasattr(builtins, name) else ""


def _and_built_on(blanked: dict[int, Obstacle], needed: frozenset[int], tree: ast.Module) -> dict[int, Obstacle]:
    """The statements that cannot be there, with the unneeded values that are made of what they bind."""
    statements, found = read_statements(tree), dict(blanked)
    for index in sorted(quiet_assignments(tree) - needed):
        gone = {name: one for before, one in found.items() for name in statements[before].bound}
        for name in statements[index].used & gone.keys():
            found.setdefault(index, gone[name])
    return found


def _without_future(
    lines: list[str], tree: ast.Module, module: FoundModule, adapted: Adapted, version: tuple[int, int, int]
) -> bool:
    """Python 3.6 lacks ``from __future__ import annotations``: its annotations are made to wait by other means."""
    for node in tree.body:
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(one.name == "annotations" for one in node.names)
        ):
            if adapted.evaluates:
                obstacle = Obstacle("`from __future__ import annotations`", 7, node.lineno)
                raise _obstacle_error(obstacle, str(module.path), version)
            others = [one.name for one in node.names if one.name != "annotations"]
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[number - 1] = ""
            if others:
                lines[node.lineno - 1] = f"from __future__ import {', '.join(others)}"
            adapted.postponed.add(module.name)
            return True
    return False


def _encoded(text: str, original: str) -> bytes:
    head = "\n".join(original.split("\n")[:2])
    declared = re.search(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", head, re.M)
    return text.encode(declared.group(1) if declared else "utf-8")


def _said(one: Obstacle, file: str, version: tuple[int, int, int]) -> str:
    """What stands in the place of what cannot be there."""
    return f"{one.told_in(file)}; this is {version[0]}.{version[1]}"


def _obstacle_error(one: Obstacle, file: str, version: tuple[int, int, int]) -> CaptureError:
    return CaptureError(
        f"{one.told_in(file)}; the cluster has {'.'.join(map(str, version))}",
        where=f"{full_name(file)}:{one.line}",
        hint=_OTHER_PYTHON,
    )
