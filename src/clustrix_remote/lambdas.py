"""Which of several lambdas in a line a code object was compiled from.

Only Python 3.11 and later keep columns in code. So each lambda of the line is compiled alone, and the one that gives the same code
is it; of two that do, either is.
"""

import types

from clustrix_remote import definitions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NESTED = 0x10


def column_of(function: "Any", program: "Any") -> "Any":
    """The column in which the lambda begins, or None if its source is not here."""
    code = function.__code__
    for definition, text in _around(code, function.__globals__, program):
        for node, inside in definitions.lambdas_at(definition, text, code.co_filename, code.co_firstlineno):
            if _key(definitions.lambda_code(node, inside, code.co_filename, code.co_freevars)) == _key(code):
                return node.col_offset
    return None


def _around(code: "Any", namespace: "Any", program: "Any") -> "Any":
    """The definitions that the lambda may stand in, with the texts of their sources; of a file that was shipped whole, all of it."""
    import linecache

    found = list(program.definitions_around(code.co_filename, code.co_firstlineno)) if program is not None else []
    lines = [] if found else linecache.getlines(code.co_filename, namespace)
    if lines:
        found.append((definitions.Definition("", 1, len(lines), definitions.LAMBDA, "", 0, 0, "", ()), "".join(lines)))
    return found


def _key(code: "Any") -> "Any":
    """What of a code object is the same wherever it was compiled: up to Python 3.10 its constants hold qualified names."""
    constants = tuple(_key(one) if isinstance(one, types.CodeType) else _constant(one) for one in code.co_consts)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    # Whether it stands in a function is a flag too.
    flags = code.co_flags & ~_NESTED
    return code.co_code, flags, code.co_argcount, code.co_kwonlyargcount, names, constants


def _constant(value: "Any") -> "Any":
    if isinstance(value, str):
        return value.rpartition("<locals>.")[2]
    return type(value), repr(value)
