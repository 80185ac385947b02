"""The source of living functions and classes: the text that was imported, and where in it a definition stands."""

from __future__ import annotations

import ast
import functools
import hashlib
import linecache
import os
import re
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field

from clustrix.capture.definitions.embedded import embedded_texts, has_code, texts_written_anew
from clustrix.capture.definitions.prompts import is_prompt, standard_input_text, typed_blocks
from clustrix.dependency_analysis import references
from clustrix.file_stamps import noted_text
from clustrix.references import References
from clustrix_remote.definitions import CLASS, FUNCTION, LAMBDA, STATEMENT, Definition

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass
class Place:
    """One definition in a source: its node, and what is around it."""

    node: ast.stmt | ast.Lambda
    qualname: str
    #: The innermost class around it, whose name mangles private names; "" for none.
    owner: str
    #: The statement whose lines hold the definition and begin a line.
    statement: ast.stmt
    first_line: int
    last_line: int
    #: Whether an older Python has to take the annotations as texts.
    postponed: bool = False
    _references: References | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        if isinstance(self.node, ast.Lambda):
            return LAMBDA
        if isinstance(self.node, ast.ClassDef):
            return CLASS
        return FUNCTION if isinstance(self.node, _DEFINITIONS) else STATEMENT

    @property
    def name(self) -> str:
        return "<lambda>" if isinstance(self.node, ast.Lambda) else str(getattr(self.node, "name", ""))

    def references(self, postponed_annotations: bool) -> References:
        """What the definition refers to; read once."""
        if self._references is None:
            self._references = references(self.node, self.owner, postponed_annotations)
        return self._references


class Source:
    """The text of one file, cell or prompt, and the places of its definitions."""

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self.text = text
        self.lines = text.split("\n")
        self._tree: ast.Module | None = None
        self._places: list[Place] = []

    @property
    def tree(self) -> ast.Module:
        """The syntax tree. Raises SyntaxError, for what is not Python (a notebook's raw cell, a template)."""
        if self._tree is None:
            self._tree = ast.parse(self.text, self.filename)
            self._places = list(_places(self._tree, self.lines))
        return self._tree

    @property
    def places(self) -> list[Place]:
        """All definitions, outer before inner."""
        return self._places if self.tree else []

    def has_future(self, name: str) -> bool:
        """Whether ``from __future__ import name`` is in force."""
        return any(
            isinstance(node, ast.ImportFrom) and node.module == "__future__" and any(a.name == name for a in node.names)
            for node in self.tree.body[:20]
        )

    @functools.cached_property
    def futures(self) -> tuple[str, ...]:
        """The future imports that change how definitions are compiled."""
        return ("annotations",) if self.has_future("annotations") else ()

    def place_of_code(self, code: types.CodeType) -> Place | None:
        """Where the function or lambda with this code object stands."""
        if code.co_name == "<lambda>":
            return self._lambda(code)
        return self.place_at(code.co_name, code.co_firstlineno, None)

    def place_at(self, name: str, line: int, column: int | None, qualname: str = "") -> Place | None:
        """Where the function of this name and first line stands.

        Of several lambdas in a line it is the one that begins at ``column``, or the only one with this ``qualname``.
        """
        if name != "<lambda>":
            named = (place for place in self.places if place.kind == FUNCTION and place.name == name)
            return next((place for place in named if first_line(place.node) == line), None)
        found = self._lambdas(line)
        if len(found) > 1 and column is not None:
            found = [place for place in found if place.node.col_offset == column]
        if len(found) > 1:
            found = [place for place in found if place.qualname == qualname]
        return found[0] if len(found) == 1 else None

    def _lambdas(self, line: int) -> list[Place]:
        return [place for place in self.places if place.kind == LAMBDA and place.node.lineno == line]

    def _lambda(self, code: types.CodeType) -> Place | None:
        found = self._lambdas(code.co_firstlineno)
        if len(found) > 1:
            inside = {(line, column) for line, _, column, _ in code.co_positions() if line and column is not None}
            # Of nested lambdas the innermost whose body holds all of the code's positions is the one.
            holding = [place for place in found if _spans(_body(place), inside)]
            found = sorted(holding, key=lambda place: _extent(place.node))[:1]
        return found[0] if found else None

    def places_of_class(self, qualname: str) -> list[Place]:
        """Where classes of this qualified name stand; more than one where it is defined again."""
        return [place for place in self.places if place.kind == CLASS and place.qualname == qualname]

    def definition(self, place: Place, name: str) -> Definition:
        """How the other side finds the place in the source that is shipped as ``name``."""
        return Definition(
            source=name,
            first_line=place.first_line,
            last_line=place.last_line,
            kind=place.kind,
            name=place.name,
            line=place.node.lineno,
            column=place.node.col_offset,
            owner=place.owner,
            futures=self.futures,
        )

    def pruned(self, places: list[Place]) -> str:
        """The text with all lines empty but those of ``places``: line numbers hold, and nothing else is told."""
        kept = [""] * len(self.lines)
        for place in places:
            kept[place.first_line - 1 : place.last_line] = self.lines[place.first_line - 1 : place.last_line]
        return "\n".join(kept).rstrip("\n") + "\n"


def first_line(node: ast.AST) -> int:
    """Where a definition begins: at its first decorator."""
    decorators = getattr(node, "decorator_list", ())
    return int(min([node.lineno, *(decorator.lineno for decorator in decorators)]))  # type: ignore[attr-defined]


def _body(place: Place) -> ast.expr:
    assert isinstance(place.node, ast.Lambda)
    return place.node.body


def _spans(node: ast.expr | ast.stmt, positions: set[tuple[int, int]]) -> bool:
    start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    return all(start <= position < end for position in positions if position[1])


def _extent(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return (node.end_lineno or 0) - node.lineno, (node.end_col_offset or 0) - node.col_offset


def _places(tree: ast.Module, lines: list[str]) -> Iterator[Place]:
    """Walk the tree, keeping qualified names, owners and the statement around each definition."""

    def walk(node: ast.AST, prefix: str, owner: str, statement: ast.stmt | None) -> Iterator[Place]:
        for child in ast.iter_child_nodes(node):
            around = statement
            if isinstance(child, ast.stmt) and (statement is None or _begins_line(child, lines)):
                around = child
            inner_prefix, inner_owner = prefix, owner
            if isinstance(child, _DEFINITIONS) and around is not None:
                name = "<lambda>" if isinstance(child, ast.Lambda) else child.name
                yield Place(child, prefix + name, owner, around, first_line(around), around.end_lineno or around.lineno)
                inner_prefix = f"{prefix}{name}." if isinstance(child, ast.ClassDef) else f"{prefix}{name}.<locals>."
                inner_owner = child.name if isinstance(child, ast.ClassDef) else owner
            yield from walk(child, inner_prefix, inner_owner, around)

    yield from walk(tree, "", "", None)


def _begins_line(node: ast.stmt, lines: list[str]) -> bool:
    """Whether the statement's lines can be parsed alone: ``else: f = lambda: 0`` cannot, nor what follows a semicolon."""
    decorators = getattr(node, "decorator_list", ())
    first = decorators[0] if decorators else node
    # The column counts bytes, which for the blanks that are looked for here are characters.
    before = lines[first.lineno - 1][: first.col_offset]
    return not before.strip(" \t\f@(")


# Texts

#: Names under which more than one text may be compiled, but not those that a shell or a prompt gives.
_NAMED_BY_PROGRAMS = re.compile(r"<(?!ipython-input|python-input|stdin-)").match


def source_of_code(code: types.CodeType, namespace: dict[str, object]) -> Source | None:
    """The source that a code object was compiled from, or None where it is nowhere to be had."""
    text = _text(code.co_filename, namespace)
    # What the program has given to exec says that it stands there, too.
    if text is not None and (not _NAMED_BY_PROGRAMS(code.co_filename) or has_code(text, code.co_filename, code)):
        return parsed_source(code.co_filename, text)
    if code.co_filename == "<stdin>" and is_prompt():
        return next((source for source in _typed_sources() if has_code(source.text, "<stdin>", code, "single")), None)
    return _embedded_source(code, namespace)


def _embedded_source(code: types.CodeType, namespace: dict[str, object]) -> Source | None:
    if code not in _EMBEDDED:
        _EMBEDDED[code] = _find_embedded(code, namespace)
    return _EMBEDDED[code]


#: Equal code has equal source; what made it was there before it.
_EMBEDDED: dict[types.CodeType, Source | None] = {}


def _find_embedded(code: types.CodeType, namespace: dict[str, object]) -> Source | None:
    main = vars(sys.modules["__main__"])
    around = [source.tree for source in (*interactive_sources(namespace), *interactive_sources(main))]
    anew = texts_written_anew(around, code.co_name) if code.co_filename == "<string>" else ()
    texts = dict.fromkeys([*embedded_texts(around, namespace), *anew])
    return next(
        (parsed_source(code.co_filename, text) for text in texts if has_code(text, code.co_filename, code)), None
    )


def source_named(filename: str, namespace: dict[str, object]) -> Source | None:
    """The source of a file, cell or prompt by its name."""
    text = _text(filename, namespace)
    return parsed_source(filename, text) if text is not None else None


def parsed_source(filename: str, text: str) -> Source | None:
    """The source, if it is Python."""
    try:
        source = _source(filename, text)
        source.tree  # noqa: B018  (parsed here, so that what is not Python counts as no source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return source


def _typed_sources() -> Iterator[Source]:
    """What was typed at the prompt, the latest first; named like those of Python 3.13."""
    blocks = typed_blocks()
    for index in range(len(blocks) - 1, -1, -1):
        source = parsed_source(f"<stdin-{index}>", blocks[index])
        if source is not None:
            yield source


@functools.lru_cache(maxsize=2048)
def _source(filename: str, text: str) -> Source:
    return Source(filename, text)


def _text(filename: str, namespace: dict[str, object]) -> str | None:
    if filename == "<string>":
        return _command_line_text()
    if filename == "<stdin>" and not is_prompt():
        return standard_input_text()
    # A file's text is read anew where the file has changed; cells and prompts stay as they are (no file to look at).
    noted = noted_text(filename)
    if noted is not None:
        return noted
    if os.path.isabs(filename) or os.path.isfile(filename):
        linecache.checkcache(filename)
    lines = linecache.getlines(filename, namespace)
    return "".join(lines) if lines else None


def _command_line_text() -> str | None:
    """The text of ``python -c TEXT``."""
    words = getattr(sys, "orig_argv", [])
    for index, word in enumerate(words[1:], 1):
        if word == "-c" and index + 1 < len(words):
            return str(words[index + 1])
        if word.startswith("-c") and not word.startswith("--"):
            return str(word[2:])
        if not word.startswith("-"):
            break
    return None


def interactive_sources(namespace: dict[str, object]) -> Iterator[Source]:
    """Sources that code of an interactive namespace may come from, the latest first: its cells, its prompts, its file."""
    names = [name for name in reversed(list(linecache.cache)) if _is_interactive(name)]
    for value in (namespace.get("__file__"),):
        if isinstance(value, str):
            names.append(value)
    names += ["<string>", "<stdin>"]
    for name in dict.fromkeys(names):
        text = _text(name, namespace)
        source = parsed_source(name, text) if text is not None else None
        if source is not None:
            yield source
    if is_prompt():
        yield from _typed_sources()


def _is_interactive(name: str) -> bool:
    return name.startswith("<") or f"{os.sep}ipykernel_" in name


def digest(text: str) -> str:
    """A short name for a text, the same wherever it lies."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
