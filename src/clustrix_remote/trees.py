"""Syntax trees with what the compiler itself brings.

The module ``ast`` does the same and more, and imports ``re``, ``enum`` and others that no plain call needs: on some
Pythons a third of a job's start.
"""

import _ast
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

#: The compiler's flag for a tree instead of code.
TREE_ONLY = _ast.PyCF_ONLY_AST
#: Flags for whatever users' code is compiled: as since Python 3.7, a StopIteration that leaves a generator's code is a RuntimeError.
ALWAYS = 0
if sys.version_info < (3, 7):
    import __future__

    ALWAYS = __future__.generator_stop.compiler_flag
_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def parse(text: str) -> "Any":
    """The tree of a module.

    >>> type(parse("pass").body[0]).__name__
    'Pass'
    """
    return compile(text, "<unknown>", "exec", TREE_ONLY, True)


def walk(tree: "Any") -> "Iterator[Any]":
    """The node and all beneath it, the upper ones first."""
    waiting = [tree]
    for node in waiting:
        yield node
        waiting.extend(beneath(node))


def beneath(node: "Any") -> "Iterator[Any]":
    """The nodes right beneath one."""
    for name in node._fields:
        value = getattr(node, name, None)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, _ast.AST):
                yield one


def shift_lines(tree: "Any", lines: int) -> "Any":
    """The tree itself, so many lines further down."""
    for node in walk(tree):
        if "lineno" in node._attributes:
            node.lineno += lines
            if getattr(node, "end_lineno", None) is not None:
                node.end_lineno += lines
    return tree


def located(tree: "Any", where: "Any") -> "Any":
    """The tree itself; what in it has no place yet is where ``where`` is."""
    for node in walk(tree):
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            _place(node, where)
    return tree


def located_all(tree: "Any", where: "Any") -> "Any":
    """The tree itself, all of it where ``where`` is."""
    for node in walk(tree):
        if "lineno" in node._attributes:
            _place(node, where)
    return tree


def all_arguments(arguments: "Any") -> "Any":
    """The parameters in an ``arguments`` node, of all kinds."""
    found = list(getattr(arguments, "posonlyargs", [])) + arguments.args + arguments.kwonlyargs
    return found + [one for one in (arguments.vararg, arguments.kwarg) if one is not None]


def _place(node: "Any", where: "Any") -> None:
    for name in _PLACE:
        if name in node._attributes and hasattr(where, name):
            setattr(node, name, getattr(where, name))
