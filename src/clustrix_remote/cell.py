"""A notebook's cell in a job: it is run as a kernel would run it, and what it has assigned goes home.

Its text is executed in the rebuilt ``__main__``, beside the functions that came along: what the cell assigns they see, and
what it defines is of ``__main__``, as at home.
"""

import ast
import linecache
import sys
import types
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

#: What comes home: ``names`` with their values; ``modules`` that were imported, name by name; ``left`` are names whose values
#: cannot travel, with the reason; the ``value`` of the last expression, or its ``text`` if it cannot travel; ``pictures``, PNG.
CellResult = namedtuple("CellResult", "names modules left value text pictures")

_PLAIN = (bool, int, float, complex, str, bytes, type(None))


def cell(text: "Any", filename: "Any", anchor: "Any", values: "Any") -> "CellResult":
    """Run the text of a cell; ``anchor`` is a function of its ``__main__``, with ``values`` that are bound there first."""
    namespace = anchor.__globals__
    namespace.update(values)
    before = dict(namespace)
    # For tracebacks and inspect; without a time of change the entry stays.
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    value = _execute(text, filename, namespace)
    assigned = {
        name: one
        for name, one in namespace.items()
        if not (name in before and before[name] is one) and not (name.startswith("__") and name.endswith("__"))
    }
    modules = {name: one.__name__ for name, one in assigned.items() if isinstance(one, types.ModuleType)}
    others = {name: one for name, one in assigned.items() if name not in modules}
    left = {name: fault for name, fault in ((name, _fault(one)) for name, one in others.items()) if fault}
    names = {name: one for name, one in others.items() if name not in left}
    can_travel = not _fault(value)
    return CellResult(
        names, modules, left, value if can_travel else None, "" if can_travel else repr(value), _pictures()
    )


def _execute(text: "Any", filename: "Any", namespace: "Any") -> "Any":
    """Run the statements; the value of the last one if it is an expression."""
    from clustrix_remote import made

    tree = ast.parse(text, filename)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            made.remember_early_names(namespace["__name__"], node.name, sorted(set(_early_names(node))))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, filename, "exec", 0, True), namespace)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), filename, "eval", 0, True), namespace)


def _early_names(node: "Any") -> "Any":
    """Names that are read while a class statement is executed: not those in its methods."""
    if isinstance(node, ast.Name):
        yield node.id
    parts: "List[ast.AST]" = []
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts.extend(node.decorator_list + [node.args] + ([node.returns] if node.returns else []))
    elif isinstance(node, ast.Lambda):
        parts.append(node.args)
    else:
        parts.extend(ast.iter_child_nodes(node))
    for part in parts:
        for name in _early_names(part):
            yield name


def _fault(value: "Any") -> "Any":
    """Why a value cannot travel; empty if it can."""
    if isinstance(value, _PLAIN):
        return ""
    from clustrix_remote import rebuild, values

    try:
        # As between equal versions, so that large buffers are not copied to find out.
        values.dump_result(value, rebuild.program(), True)
    except Exception as error:  # a user's __reduce__ may raise anything
        return "{}: {}".format(type(error).__name__, error)
    return ""


def _pictures() -> "Any":
    """The open figures of matplotlib, which a kernel would show."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    import io

    found = []
    for number in pyplot.get_fignums():
        stream = io.BytesIO()
        pyplot.figure(number).savefig(stream, format="png", bbox_inches="tight")
        found.append(stream.getvalue())
    pyplot.close("all")
    return found
