"""Whether a class that a job made can be made again from its statement alone.

``class Table: row = Row`` in a function reads a variable of that function while it is executed, and at home the function does not run.
"""

import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: How the body of a class reads a variable of the function around it.
_READS = ("LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF")


def reads_variables(kind: "Any", program: "Any") -> "Any":
    """Whether the statement of a class reads variables of the function around it."""
    if "<locals>" not in kind.__qualname__:
        return False
    import dis

    return any(one.opname in _READS for body in _bodies(kind, program) for one in dis.get_instructions(body))


def _bodies(kind: "Any", program: "Any") -> "Any":
    """The code of the class's body: that which makes its methods, or all of its name where it has none."""
    methods = [value.__code__ for value in vars(kind).values() if isinstance(value, types.FunctionType)]
    around = program.codes() if program is not None else []
    found = [code for outer in around + _code_around(kind) for code in _beneath(outer) if code.co_name == kind.__name__]
    return [code for code in found if any(one in methods for one in code.co_consts)] or found


def _code_around(kind: "Any") -> "Any":
    """That of the function in whose body a module has the class."""
    function = sys.modules.get(kind.__module__)
    for name in kind.__qualname__.partition(".<locals>")[0].split("."):
        function = getattr(function, name, None)
    code = getattr(function, "__code__", None)
    return [code] if code is not None else []


def _beneath(code: "Any") -> "Any":
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            for one in _beneath(constant):
                yield one
