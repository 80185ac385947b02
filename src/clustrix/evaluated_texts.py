"""Names in texts that libraries evaluate where they are called: ``frame.query("x > @LIMIT")``, ``ols("y ~ np.log(x)", frame)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from clustrix.syntax_nodes import last_name

#: ``DataFrame.query`` and ``eval``: what begins with ``@`` is a variable of the caller's, all else a column.
_OF_FRAMES = frozenset({"query", "eval"})
_MARKED = re.compile(r"@([^\W\d]\w*)")
#: ``numexpr.evaluate``, ``pandas.eval``: each name is a variable.
_WORD = re.compile(r"(?<![.\w@])[^\W\d]\w*")
_PANDAS = frozenset({"pd", "pandas"})
#: In a formula of patsy's and its kin what is called or asked for an attribute is the caller's, all else is mostly a column.
_FORMULA = "~"
_ASKED = re.compile(r"(?<![.\w])[^\W\d]\w*(?=\s*[.(])")


def names_evaluated(call: ast.Call) -> Iterator[str]:
    """The names that a call may look up by texts that it is given.

    >>> sorted(names_evaluated(ast.parse("frame.query('x > @limit')", mode="eval").body))
    ['limit']
    >>> sorted(names_evaluated(ast.parse("ols('y ~ np.log(x) + double(z)', frame)", mode="eval").body))
    ['double', 'np']
    """
    called = last_name(call.func)
    for text in map(_text, (*call.args, *(word.value for word in call.keywords))):
        if called in _OF_FRAMES:
            yield from _MARKED.findall(text)
        if called == "evaluate" or (called == "eval" and last_name(getattr(call.func, "value", call)) in _PANDAS):
            yield from _WORD.findall(text)
        if _FORMULA in text:
            yield from _ASKED.findall(text)


def _text(node: ast.expr) -> str:
    """A text, and what is written of one with braces."""
    if isinstance(node, ast.JoinedStr):
        return " ".join(map(_text, node.values))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
