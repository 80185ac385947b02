"""What a program has set in the interpreter and in libraries, for all code that runs after: it is set in the job too.

Only what the program's own sources set, told by the names of the functions that they call: what a library has set, it sets there itself.
"""

from __future__ import annotations

import ast
import functools
import itertools
import os
import re
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from clustrix.capture.data.moved_paths import relative_place
from clustrix.capture.definitions.sources import interactive_sources, source_named
from clustrix.capture.library_state.library_classes import put_on_classes, registered_with_abstract
from clustrix.capture.library_state.library_settings import library_settings
from clustrix.capture.library_state.log_settings import LOG_SETTERS, log_settings
from clustrix.capture.library_state.registered import registered_by_decorators
from clustrix.capture.modules.found_modules import bytes_of, module_source
from clustrix.capture.modules.ownership import Owner, owner_of_class, owner_of_file
from clustrix.capture.reached import Reached
from clustrix.syntax_nodes import last_name, nodes_of
from clustrix_remote import stateful

_READERS_OF_WORDS = frozenset({"argparse", "fileinput", "getopt", "optparse"})
_Setting = tuple[Any, ...]
#: A variable, and the value that is written beside it; None for one that was computed.
_Written = tuple[str, str | None]
_WARNING_SETTERS = frozenset({"simplefilter", "filterwarnings", "resetwarnings"})
#: Variables that say where a machine has its things.
OF_THE_MACHINE = re.compile(r"PATH|HOME|TMPDIR|TEMP|TMP|USER|SHELL|PYTHON.*|LD_.*|DYLD_.*|SLURM_.*|PBS_.*|CLUSTRIX_.*")


def settings_of(reached: Reached) -> list[_Setting]:
    """What sets it in the job: a function of ``clustrix_remote.stateful``, and what it is given."""
    decimals = _decimals()
    found: list[_Setting] = [(stateful.decimal_context, decimals)] if decimals else []
    called, written = _set_by(reached)
    # -W error alone is said of whole runs of tests; -W error::UserWarning of what the program warns of.
    is_set = called & _WARNING_SETTERS or any(":" in option for option in sys.warnoptions)
    filters = _warning_filters() if is_set else []
    if filters:
        found.append((stateful.warning_filters, filters))
    if "setrecursionlimit" in called:
        found.append((stateful.recursion_limit, sys.getrecursionlimit()))
    found += library_settings(reached, called)
    if called & LOG_SETTERS and "logging" in sys.modules:
        found += log_settings()
    found += put_on_classes(reached, _own_sources(reached))
    found += registered_by_decorators(reached, _own_sources(reached))
    if "register" in called:
        found += registered_with_abstract(reached)
    variables = _variables(written, _texts(reached) & set(os.environ))
    if variables:
        found.append((stateful.variables, variables))
    return found


def command_line() -> list[Any]:
    """The words that the program was started with; paths of this machine as ``clustrix_remote.moved.text`` is given them."""
    words = [str(word) for word in getattr(sys, "argv", ())]
    places = [relative_place(word) for word in words]
    return [(word, *place) if place else word for word, place in zip(words, places, strict=True)]


def words_that_are_read(reached: Reached) -> list[str]:
    """The words after the program's name, where code that is shipped reads them: they may name files."""
    for read in reached.references():
        named = any(path[:1] == ("argv",) for path in read.attributes.get("sys", ()))
        if named or not _READERS_OF_WORDS.isdisjoint([*read.attributes, *(one.module for one in read.imports)]):
            return [str(word) for word in sys.argv[1:]]
    return []


def _decimals() -> dict[str, Any]:
    """Where the context of decimals is another than the default."""
    decimal: Any = sys.modules.get("decimal")
    if not hasattr(decimal, "getcontext"):  # not loaded, or a module of the user's own that bears the name
        return {}
    now, default = decimal.getcontext(), decimal.DefaultContext
    names = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
    changed = {name: getattr(now, name) for name in names if getattr(now, name) != getattr(default, name)}
    return {**changed, "traps": dict(now.traps)} if now.traps != default.traps else changed


def _warning_filters() -> list[tuple[Any, ...]]:
    """Those that the program has put before Python's own; of categories that the other side has."""
    own = [("default", DeprecationWarning), *(("ignore", one) for one in _IGNORED)]
    found = []
    filters: list[Any] = list(warnings.filters)
    for action, message, category, module, line in filters:
        is_everywhere = (
            getattr(category, "__module__", "") == "builtins" or owner_of_class(category) is not Owner.INSTALLED
        )
        is_given = action in sys.warnoptions and category is Warning and message is None
        if is_everywhere and not is_given and (action, category) not in own:
            found.append((action, message, category, module, line))
    return found


_IGNORED = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


def _texts(reached: Reached) -> frozenset[str]:
    """The texts of the code that is shipped."""
    return frozenset(text for read in reached.references() for text, _ in read.texts)


def _set_by(reached: Reached) -> tuple[frozenset[str], frozenset[_Written]]:
    called: set[str] = set()
    written: set[_Written] = set()
    for tree, _ in _own_sources(reached):
        words, variables = _read(tree)
        called |= words
        written |= variables
    return frozenset(called), frozenset(written)


def _variables(written: frozenset[_Written], named: frozenset[str]) -> dict[str, str]:
    """The variables that have the value that the program gave them: what it was started with is nobody's business there."""
    named = frozenset(name for name in named if not OF_THE_MACHINE.fullmatch(name))
    if not named <= {name for name, _ in written}:
        written = written.union(*map(_written_in_module, list(sys.modules.values()), itertools.repeat(named)))
    return {
        name: os.environ[name]
        for name in sorted(named)
        if not written.isdisjoint({(name, os.environ[name]), (name, None)})
    }


def _written_in_module(module: Any, named: frozenset[str]) -> frozenset[_Written]:
    """What a module of the user's sets that the call may not reach: a test, whatever prepares the program."""
    file = getattr(module, "__file__", None)
    if not (isinstance(module, ModuleType) and isinstance(file, str) and owner_of_file(file) is Owner.LOCAL):
        return frozenset()
    source = source_named(file, vars(module)) if _holds_any(file, named) else None
    return _read(source.tree)[1] if source is not None else frozenset()


def _holds_any(file: str, words: frozenset[str]) -> bool:
    """Asked before a source is parsed."""
    text = bytes_of(file) or b""
    return any(word.encode("utf-8", "surrogateescape") in text for word in words)


def _own_sources(reached: Reached) -> Iterator[tuple[ast.Module, dict[str, Any]]]:
    """The program's own sources, with the globals of each."""
    main = sys.modules.get("__main__")
    for namespace in [*([vars(main)] if main else []), *(space.namespace for space in reached.spaces)]:
        yield from ((source.tree, namespace) for source in interactive_sources(namespace))
    for found in reached.modules.found.values():
        if found.path is not None:
            yield module_source(found).tree, vars(sys.modules[found.name]) if found.name in sys.modules else {}


@functools.lru_cache(maxsize=4096)
def _read(tree: ast.Module) -> tuple[frozenset[str], frozenset[_Written]]:
    """The names of the functions that a source calls, and the variables of the environment that it sets."""
    called: set[str] = set()
    written: set[_Written] = set()
    for call in nodes_of(tree, ast.Call):
        called.add(last_name(call.func))
        written.update(_written_by_call(call))
    for kind in nodes_of(tree, ast.ClassDef):
        called.update(one.attr for one in kind.decorator_list if isinstance(one, ast.Attribute))
    for assignment in nodes_of(tree, ast.Assign):
        written.update(_written_by(assignment, is_sure=assignment in tree.body))
    return frozenset(called), frozenset(one for one in written if not OF_THE_MACHINE.fullmatch(one[0]))


def _written_by(node: ast.Assign, *, is_sure: bool) -> Iterator[_Written]:
    """``os.environ["MODE"] = ..``: with a value that is computed it counts only where it has surely been run."""
    for target in node.targets:
        if isinstance(target, ast.Subscript) and _is_environment(target.value) and _text(target.slice) is not None:
            value = _text(node.value)
            if value is not None or (is_sure and not _mentions_secrets(node.value)):
                yield _text(target.slice) or "", value


def _written_by_call(node: ast.Call) -> Iterator[_Written]:
    """``os.environ.update(MODE="fast")`` and its kin, as far as the values are written there."""
    func = node.func
    if not isinstance(func, ast.Attribute):
        return
    args = node.args
    if func.attr == "dict" and args and (_is_environment(args[0]) or _text(args[0]) == "os.environ"):
        args = args[1:]  # mock.patch.dict
    elif func.attr != "setenv" and not (
        func.attr in ("setdefault", "update", "putenv") and _is_environment(func.value)
    ):
        return
    pairs: list[tuple[ast.expr | None, ast.expr]] = [(ast.Constant(one.arg), one.value) for one in node.keywords]
    if args and isinstance(args[0], ast.Dict):
        pairs += zip(args[0].keys, args[0].values, strict=True)
    elif len(args) >= 2:
        pairs.append((args[0], args[1]))
    for key, value in pairs:
        name, text = _text(key), _text(value)
        if name is not None and text is not None:
            yield name, text


def _mentions_secrets(node: ast.expr) -> bool:
    """Whether a value may be of the environment itself, or was asked of a person."""
    return re.search(r"environ|getenv|getpass|input|keyring", ast.dump(node)) is not None


def _is_environment(node: ast.expr) -> bool:
    return last_name(node) in ("environ", "os")


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
