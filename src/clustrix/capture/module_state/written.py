"""Which names a program writes to while it runs: what a module computes under such a name may be something else by now."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterable, Sequence

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.module_state.aliases import aliases
from clustrix.capture.module_state.seen_at_a_glance import Writing
from clustrix.capture.once_a_call import once_a_call
from clustrix.syntax_nodes import functions_in, last_name, nodes_in

_WRITING_METHODS = frozenset(
    {
        "append", "appendleft", "add", "update", "extend", "insert", "pop", "popleft", "popitem", "remove", "discard", "clear",
        "setdefault", "sort", "reverse", "rotate", "move_to_end", "subtract", "write", "writelines", "fill", "put", "resize",
        "__setitem__", "__delitem__",
        # A ConfigParser's.
        "set", "read", "read_dict", "read_file", "read_string", "add_section", "remove_section", "remove_option",
    }
)  # fmt: skip
#: ``setattr(tools, "load", ..)``, ``monkeypatch.setattr("tools.load", ..)``, ``mock.patch("tools.load", ..)``, ``patch.object(tools, "load", ..)``.
PUTTING = frozenset({"setattr", "patch", "object"})
#: Functions that write into their first argument: ``monkeypatch.setitem(tools.OPS, "+", add)``, ``heapq.heappush(jobs.QUEUE, job)``.
_WRITING_FUNCTIONS = frozenset({
    "setitem", "delitem", "delattr", "heappush", "heappop", "heapify", "heapreplace", "heappushpop", "insort", "insort_left", "insort_right",
    "shuffle", "copyto", "fill_diagonal", "place", "put_along_axis", "putmask",
})  # fmt: skip
#: The same for a look at sources that are not parsed.
WRITING = Writing(
    frozenset(name.encode() for name in _WRITING_METHODS),
    frozenset(name.encode() for name in PUTTING | _WRITING_FUNCTIONS | {"dict"}),
)
_WRITING_NODES = frozenset({ast.Global, ast.Nonlocal, ast.Attribute, ast.Subscript, ast.Call})


def names_written(trees: Iterable[ast.Module]) -> frozenset[str]:
    """The names and attributes that these sources, or the script or notebook itself, write to or into."""
    found: frozenset[str] = frozenset().union(*map(names_written_in, trees))
    return found | written_by_script()


@once_a_call
def written_by_script() -> frozenset[str]:
    """Those that the script or notebook itself writes to."""
    found: frozenset[str] = frozenset().union(*map(names_written_in, script_trees()))
    return found


@once_a_call
def script_trees() -> tuple[ast.Module, ...]:
    """The sources of the script, or of what was typed, as they are at this call."""
    main = sys.modules.get("__main__")
    return tuple(source.tree for source in interactive_sources(vars(main))) if main is not None else ()


@functools.lru_cache(maxsize=4096)
def written_by_functions(tree: ast.Module) -> frozenset[str]:
    """Those that functions of a module write to or into: what they do not, its import does anew."""
    found: frozenset[str] = frozenset().union(*map(names_written_in, functions_in(tree)))
    return found


@functools.lru_cache(maxsize=4096)
def names_written_in(tree: ast.AST) -> frozenset[str]:
    """The names and attributes that a piece of source writes to or into."""
    found: set[str] = set()
    declared: set[str] = set()
    nodes = nodes_in(tree)
    for node in nodes:
        kind = type(node)
        if kind not in _WRITING_NODES:
            continue
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
        elif isinstance(node, ast.Attribute):
            if not isinstance(node.ctx, ast.Load):
                found.update((node.attr, *_names(node.value)))
            elif node.attr in _WRITING_METHODS:  # called here, or by who is given it
                found.update(_names(node.value))
        elif isinstance(node, ast.Subscript):
            if not isinstance(node.ctx, ast.Load):
                found.update(_names(node.value))
        elif isinstance(node, ast.Call):
            putting = called(node) in PUTTING
            found.update(_named_in_texts(node.args[:2]) if putting else _written_by_call(node))
    return _with_what_they_stand_for(found, nodes) | declared


def _with_what_they_stand_for(names: set[str], nodes: Sequence[ast.AST]) -> frozenset[str]:
    """And what else the names are of that is written into: ``counts = tables.COUNTS``."""
    given = [(name, frozenset(_names(expression))) for name, expression in aliases(nodes)] if names else []
    found, before = frozenset(names), None
    while before != found:
        before = found
        found = found.union(*(others for name, others in given if name in found))
    return found


def _written_by_call(node: ast.Call) -> Iterable[str]:
    """What a function writes to that it is given: ``numpy.add(a, b, out=tables.SUM)``, ``patch.dict(tools.OPS, changed)``."""
    for word in node.keywords:
        if word.arg == "out":
            yield from _names(word.value)
    is_patched = called(node) == "dict" and isinstance(node.func, ast.Attribute)
    if node.args and (is_patched or called(node) in _WRITING_FUNCTIONS):
        yield from _names(node.args[0])
        yield from _named_in_texts(node.args[: 1 if is_patched else 2])


def _named_in_texts(nodes: Iterable[ast.expr]) -> Iterable[str]:
    """The last names of what is named in a text: ``"tools.load"``."""
    texts = [one.value for one in nodes if isinstance(one, ast.Constant)]
    return [text.rpartition(".")[2] for text in texts if isinstance(text, str)]


def called(node: ast.Call) -> str:
    """The last name of what is called; nothing for an expression."""
    return last_name(node.func)


def _names(node: ast.expr) -> Iterable[str]:
    """The names along ``a.b[0].c``."""
    while True:
        if isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            break
    if isinstance(node, ast.Name):
        yield node.id
