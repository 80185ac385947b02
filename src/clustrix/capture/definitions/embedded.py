"""Programs inside of programs: the text that ``exec`` or a cell magic was given often stands in another source, as a string.

A text counts as the source of a function only if compiling it gives the function's very code.
"""

from __future__ import annotations
import __future__

import ast
import functools
import operator
import os
import sys
import time
import types
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.syntax_nodes import nodes_in, nodes_of

_LONGEST_NAME = 250


def _process_start() -> float:
    """When this process began, by the clock of files; 0 where only Linux could tell: then every file is looked at."""
    try:
        with open("/proc/self/stat") as stream:
            ticks = int(stream.read().rpartition(")")[2].split()[19])
        running = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0
    return time.time() - running - 1.0


_STARTED = _process_start()


def is_edited(text: str, code: types.CodeType, anywhere: bool = False) -> bool:
    """Whether the code's file was written since this process began, and the code that was imported is not what stands there now.

    With ``anywhere`` it may stand at another line: IPython's autoreload keeps the line that a function had before.
    """
    return is_recent(code.co_filename) and not has_code(text, code.co_filename, code, anywhere=anywhere)


def is_recent(filename: str) -> bool:
    """Whether a file was written since this process began."""
    try:
        status = os.stat(filename)
    except OSError:
        return False
    # Tools that copy or sync files set the time of writing, but not that of the change which this is.
    return max(status.st_mtime, status.st_ctime) >= _STARTED


def has_code(text: str, filename: str, code: types.CodeType, mode: str = "exec", anywhere: bool = False) -> bool:
    """Whether compiling the text gives this very code object; with ``anywhere``, one that does the same, at whatever lines."""
    if code.co_name != "<lambda>" and not _may_name(text, code.co_name):
        return False
    if anywhere:
        return meaning(code) in _meanings_in(text, filename, mode)
    return code in _codes_in(text, filename, mode, code.co_flags & _FUTURES)


#: Of imports that were made before the text, at the prompt or by whoever calls ``exec``: they say how it was compiled.
_FUTURES = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)


def _may_name(text: str, name: str) -> bool:
    """Whether a text may define this name, which Python has normalised (PEP 3131)."""
    if name in text or text.isascii():
        return name in text
    import unicodedata

    return name in unicodedata.normalize("NFKC", text)


@functools.lru_cache(maxsize=256)
def _codes_in(text: str, filename: str, mode: str, futures: int = 0) -> tuple[types.CodeType, ...]:
    """All that is defined in a text, however deep; nothing if it is no program."""
    try:
        return tuple(_inner_codes(compile(text, filename, mode, futures, dont_inherit=True)))
    except (SyntaxError, ValueError, RecursionError):
        return ()


@functools.lru_cache(maxsize=256)
def _meanings_in(text: str, filename: str, mode: str) -> frozenset[Any]:
    return frozenset(map(meaning, _codes_in(text, filename, mode)))


def meaning(value: Any) -> Any:
    """What tells of code, or of a constant in it, what it does, without where it stands."""
    if not isinstance(value, types.CodeType):
        return type(value), repr(value)
    # The higher flags are those of future imports, which whoever compiles may pass on.
    counts = value.co_argcount, value.co_posonlyargcount, value.co_kwonlyargcount, value.co_flags & 0xFFF
    variables = value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars
    return value.co_name, counts, variables, value.co_code, tuple(map(meaning, value.co_consts))


def _inner_codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _inner_codes(constant)


def embedded_texts(trees: Iterable[ast.Module], namespace: dict[str, object]) -> Iterator[str]:
    """Texts that may be programs: strings in sources and among globals, files that are named there."""
    for tree in trees:
        yield from _programs_in_tree(tree)
    main = vars(sys.modules["__main__"]) if "__main__" in sys.modules else {}
    for value in [*namespace.values(), *main.values()]:
        if isinstance(value, str):
            yield from _programs_in(value)


def texts_written_anew(trees: Iterable[ast.Module], name: str) -> Iterator[str]:
    """Definitions that may make ``name``, as ``ast.unparse`` writes them: so IPython's autoreload executes what is new in a file."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in (one for tree in trees for one in tree.body if isinstance(one, definitions)):
        if name == "<lambda>" or name in {getattr(one, "name", "") for one in nodes_in(node)}:
            yield ast.unparse(node)


@functools.lru_cache(maxsize=1024)
def _programs_in_tree(tree: ast.Module) -> tuple[str, ...]:
    texts = (node.value for node in nodes_of(tree, ast.Constant) if isinstance(node.value, str))
    return tuple(program for text in texts for program in _programs_in(text))


def _programs_in(text: str) -> Iterator[str]:
    if "def " in text or "lambda" in text or "class " in text:
        yield text
    elif text.endswith(".py") and len(text) <= _LONGEST_NAME and os.path.isfile(text):
        try:
            with open(text, encoding="utf-8") as stream:
                yield stream.read()
        except (OSError, UnicodeDecodeError):
            return
