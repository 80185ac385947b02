"""From a piece of source to the code object of the one function, lambda or class that it defines.

The client says which lines hold the definition and where in them it begins; here those lines alone are parsed, so that
nothing else of the file has to be readable by this Python. The code carries the home file's name and line numbers.
"""

import _ast
import types
from collections import namedtuple

from clustrix_remote.trees import (
    ALWAYS,
    TREE_ONLY,
    all_arguments,
    beneath,
    located,
    located_all,
    parse,
    shift_lines,
    walk,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Where a definition stands. ``first_line`` and ``last_line`` bound the statement to parse, ``line`` and ``column`` say where in it
#: the definition begins (``line`` is that of ``def``, ``class`` or ``lambda``); ``owner`` is the class around it, for private
#: names; ``futures`` are the ``from __future__`` names in force.
Definition = namedtuple("Definition", "source first_line last_line kind name line column owner futures")

FUNCTION, LAMBDA, CLASS, STATEMENT = "function", "lambda", "class", "statement"
_SCOPE = "__clustrix_scope__"
#: Part of the qualified names of what a class statement defines, until they are set right.
BUILD = "__clustrix_build__"


class DefinitionError(Exception):
    """The definition is not where it should be, or this Python cannot read it."""


def function_code(definition: "Any", text: "Any", filename: "Any", free_names: "Any") -> "Any":
    """The code object of a function or lambda. ``free_names`` are those that cells will be given for."""
    node = _find(definition, text, filename)
    if definition.kind == LAMBDA:
        return lambda_code(node, definition, filename, free_names)
    _bare(node)
    return _code_of(node, definition.name, definition, filename, free_names)


def lambda_code(node: "Any", definition: "Any", filename: "Any", free_names: "Any") -> "Any":
    """The code object of a lambda that stands in a definition."""
    _bare(node)
    return _code_of(located(_ast.Expr(value=node), node), "<lambda>", definition, filename, free_names)


def lambdas_at(definition: "Any", text: "Any", filename: "Any", line: "Any") -> "Any":
    """The nodes of the lambdas in a definition that begin in this line, each with the definition as it is for what stands in its class."""
    owners: "dict" = {}
    for node in walk(_parsed(definition, text, filename)):
        inner = node.name if isinstance(node, _ast.ClassDef) else owners.get(node, definition.owner)
        owners.update((one, inner) for one in beneath(node))
        if isinstance(node, _ast.Lambda) and node.lineno == line:
            yield node, definition._replace(owner=owners[node])


def _code_of(node: "Any", name: "Any", definition: "Any", filename: "Any", free_names: "Any") -> "Any":
    _without_unknown_futures(node, definition)
    if definition.owner.strip("_"):
        # Underscores in front do not change how private names are mangled, and keep the name itself for others.
        node = _class("_______" + definition.owner, [node], node)
    code = _compile_in_scope([node], free_names, definition, filename)
    found = _inner_code(code, name)
    if found is None:
        raise DefinitionError("no code for {} in {}".format(definition.name, filename))
    return found


def class_builder_code(
    definition: "Any",
    text: "Any",
    filename: "Any",
    free_names: "Any",
    qualname: "Any",
    decorators: "Any",
    own_bases: "Any",
) -> "Any":
    """The code of a function without parameters that executes the class statement and returns the class.

    ``decorators`` are the places (counted from the top) of the decorators to apply; with ``own_bases`` the bases are taken
    from a variable of that name instead of from the source.
    """
    node = _find(definition, text, filename)
    _name_in_full(node, qualname)
    node.decorator_list = [node.decorator_list[index] for index in decorators]
    if own_bases:
        node.bases = [located(_ast.Starred(value=_name(own_bases, node), ctx=_ast.Load()), node)]
    _without_unknown_futures(node, definition)
    answer = located(_ast.Return(value=_name(definition.name, node)), node)
    build = _function(BUILD, [], [node, answer], node)
    code = _compile_in_scope([build], free_names, definition, filename)
    return _inner_code(code, BUILD)


def statement_code(definition: "Any", text: "Any", filename: "Any") -> "Any":
    """The code of a statement at the top of a source, to be executed among its globals."""
    tree = _parsed(definition, text, filename)
    place = (definition.line, definition.column)
    tree.body = [one for one in tree.body if (one.lineno, one.col_offset) == place]
    return compile(tree, filename, "exec", _flags(definition.futures), True)


def _find(definition: "Any", text: "Any", filename: "Any") -> "Any":
    tree = _parsed(definition, text, filename)
    for matches in (_exactly, _on_its_line, _decorated_above):
        for node in walk(tree):
            if _kind_fits(node, definition) and matches(node, definition):
                return node
    raise DefinitionError("{} is not at line {} of {}".format(definition.name, definition.line, filename))


def _parsed(definition: "Any", text: "Any", filename: "Any") -> "Any":
    lines = text.split("\n")[definition.first_line - 1 : definition.last_line]
    snippet = "\n".join(lines) + "\n"
    before = definition.first_line - 1
    if snippet[:1].isspace():
        # An indented statement is parsed below an `if`, not dedented: dedenting would change its multi-line strings.
        snippet = "if 1:\n" + snippet
        before -= 1
    try:
        tree = compile(snippet, filename, "exec", TREE_ONLY | _flags(definition.futures), True)
    except SyntaxError as error:
        error.lineno = (error.lineno or 1) + before
        error.args = (
            (error.args[0], (filename, error.lineno) + tuple(error.args[1][2:])) if len(error.args) > 1 else error.args
        )
        raise
    return shift_lines(tree, before)


def _kind_fits(node: "Any", definition: "Any") -> "Any":
    if definition.kind == LAMBDA:
        return isinstance(node, _ast.Lambda)
    wanted = _ast.ClassDef if definition.kind == CLASS else (_ast.FunctionDef, _ast.AsyncFunctionDef)
    return isinstance(node, wanted) and node.name == definition.name


def _exactly(node: "Any", definition: "Any") -> "Any":
    return (node.lineno, node.col_offset) == (definition.line, definition.column)


def _on_its_line(node: "Any", definition: "Any") -> "Any":
    """Before Python 3.8 the column of an ``async def`` was that of its ``def``."""
    return definition.kind != LAMBDA and node.lineno == definition.line


def _decorated_above(node: "Any", definition: "Any") -> "Any":
    """Before Python 3.8 the line of a decorated definition was that of its first decorator."""
    decorators: "Any" = getattr(node, "decorator_list", None)
    return bool(decorators) and decorators[0].lineno <= definition.line <= node.body[0].lineno


def _compile_in_scope(statements: "Any", free_names: "Any", definition: "Any", filename: "Any") -> "Any":
    """Compile so that ``free_names`` are variables of a function around the statements."""
    if free_names:
        statements = [_function(_SCOPE, free_names, statements, statements[0])]
    tree = _module(statements)
    return compile(tree, filename, "exec", _flags(definition.futures), True)


def _inner_code(code: "Any", name: "Any") -> "Any":
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_name == name:
                return constant
            found = _inner_code(constant, name)
            if found is not None:
                return found
    return None


def _flags(futures: "Any") -> "Any":
    """Compiler flags of the futures that this Python knows."""
    flags = ALWAYS
    if futures:
        import __future__
    for name in futures:
        feature = getattr(__future__, name, None)
        if feature is not None:
            flags |= feature.compiler_flag
    return flags


def _name_in_full(node: "Any", qualname: "Any") -> None:
    """Let the class body say its own ``__qualname__``, as it is compiled inside another scope than at home."""
    assignment = located_all(parse("__qualname__ = " + repr(qualname)).body[0], node)
    has_docstring = isinstance(node.body[0], _ast.Expr) and not isinstance(node.body[0].value, _ast.Call)
    for inner in node.body:
        if isinstance(inner, _ast.ClassDef):
            _name_in_full(inner, "{}.{}".format(qualname, inner.name))
    node.body.insert(1 if has_docstring else 0, assignment)


def _without_unknown_futures(node: "Any", definition: "Any") -> None:
    if "annotations" in definition.futures:
        from clustrix_remote import postponed

        postponed.spell_out(node)


def _bare(node: "Any") -> None:
    """Take off what was evaluated at home already: decorators, defaults, annotations."""
    arguments = node.args
    arguments.defaults = []
    arguments.kw_defaults = [None] * len(arguments.kwonlyargs)
    if isinstance(node, _ast.Lambda):
        return
    # Never executed, but the code's first line is that of the first decorator.
    node.decorator_list = [located(_ast.Name(id="None_", ctx=_ast.Load()), one) for one in node.decorator_list]
    node.returns = None
    for argument in all_arguments(arguments):
        argument.annotation = None
    if hasattr(node, "type_params"):
        node.type_params = []


# Syntax trees of all versions from 3.6 to 3.14, built by parsing a template rather than by naming fields that came and went.


def _function(name: "Any", parameters: "Any", body: "Any", where: "Any") -> "Any":
    text = "def {}({}): pass".format(name, ", ".join("{}=None".format(parameter) for parameter in parameters))
    node = located_all(parse(text).body[0], where)
    node.body = body
    return node


def _class(name: "Any", body: "Any", where: "Any") -> "Any":
    node = located_all(parse("class {}: pass".format(name)).body[0], where)
    node.body = body
    return node


def _module(body: "Any") -> "Any":
    tree = parse("")
    tree.body = body
    return tree


def _name(text: "Any", where: "Any") -> "Any":
    return located(_ast.Name(id=text, ctx=_ast.Load()), where)
