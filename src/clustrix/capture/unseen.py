"""What a program reaches by names that only exist while it runs: ``globals()["plot_" + kind]``, ``eval(text)``; its own annotations.

Nothing of this can be followed; so what it may find is shipped: the functions and classes defined beside it, and data that is small or whose name is told.
"""

from __future__ import annotations

import ast
import functools
import re
import types
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.capture.module_state.plain_values import contents_of
from clustrix.capture.modules.needed import identifiers
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.capture.reductions.travelling import travels
from clustrix.references import References
from clustrix.syntax_nodes import nodes_in

#: What a program may read of itself: it is shipped only to programs that do.
ANNOTATIONS = "annotations"
_EVALUATORS = frozenset({"get_type_hints", "get_annotations"})
_SIGNATURES = frozenset({"signature", "getfullargspec", "Signature"})
_OF_SIGNATURES = frozenset({"annotation", "annotations", "return_annotation"})
_ANNOTATION_READERS = _EVALUATORS | _SIGNATURES | {"__annotations__", "annotation"}
#: What is made of the names alone: ``sorted(Row.__annotations__)``.
_OF_NAMES = frozenset({"list", "tuple", "set", "frozenset", "sorted", "len", "iter", "enumerate"})
_NAMESPACE_READERS = frozenset({"globals", "eval", "exec"})
#: What looks through the module of whoever calls it.
_MODULE_READERS = {"unittest": frozenset({"main"}), "doctest": frozenset({"testmod", "DocTestSuite"})}
#: What IPython keeps for the prompt.
_PROMPT_NAMES = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
_MAX_ITEMS = 1000


def looks_at(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """What these pieces of source read of the program that they are of."""
    words: frozenset[str] = frozenset().union(*map(_words, nodes))
    return frozenset({ANNOTATIONS} if words & _ANNOTATION_READERS else set())


#: By these a program takes what lies in a folder, to choose among it.
_LIST_FOLDERS = frozenset({"listdir", "scandir", "walk", "iterdir"})


def lists_folders(nodes: Iterable[ast.AST]) -> bool:
    """Whether these pieces of source look through folders: ``os.listdir(".")``, ``Path().iterdir()``."""
    return any(not _LIST_FOLDERS.isdisjoint(_words(one)) for one in nodes)


def evaluates_annotations(nodes: Iterable[ast.AST]) -> bool:
    """Whether these pieces of source read not only which names have annotations, but what they are."""
    nodes = list(nodes)
    words: frozenset[str] = frozenset().union(*map(_words, nodes))
    if words & _EVALUATORS or (words & _SIGNATURES and words & _OF_SIGNATURES):
        return True
    return "__annotations__" in words and any("__annotations__" in _words(one) and _reads_values(one) for one in nodes)


def _reads_values(node: ast.AST) -> bool:
    """Whether a piece of source takes more of an ``__annotations__`` than the names in it."""
    inside = nodes_in(node)
    mentions = [one for one in inside if _are_annotations(one)]
    by_name = [part for one in inside for part in _asked_for_names(one) if _are_annotations(part)]
    return len(mentions) > len(by_name)


def _are_annotations(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return any(isinstance(one, ast.Constant) and one.value == "__annotations__" for one in node.args)
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == "__annotations__"
    return isinstance(node, ast.Attribute) and node.attr == "__annotations__"


def _asked_for_names(node: ast.AST) -> list[ast.expr]:
    """What is iterated over, looked into by ``in``, made a list of: of a dict that takes the keys."""
    if isinstance(node, (ast.For, ast.comprehension)):
        return [node.iter]
    if isinstance(node, ast.Compare):
        return node.comparators
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _OF_NAMES:
        return node.args
    return [node.value] if isinstance(node, ast.Attribute) and node.attr == "keys" else []


@functools.lru_cache(maxsize=4096)
def _words(node: ast.AST) -> frozenset[str]:
    return identifiers([node]) | {inner.id for inner in nodes_in(node) if isinstance(inner, ast.Name)}


def names_behind(namespace: dict[str, Any], found: References, told: frozenset[str]) -> frozenset[str]:
    """The globals that a definition may come to by made-up names; ``told`` are words in the call's arguments."""
    reads = {name for name, _ in found.unseeable} & _NAMESPACE_READERS
    if not reads and not _finds_its_module(found) and not _is_looked_through(found):
        return _evaluated(namespace, found.evaluated) if found.evaluated else frozenset()
    return all_that_may_be_meant(namespace, told | words_in(text for text, _ in found.texts))


def is_of_prompt(name: str, value: Any) -> bool:
    """Whether IPython has put this global there, for whoever types: no job has its shell."""
    return name in _PROMPT_NAMES and str(getattr(value, "__module__", None)).partition(".")[0] in (
        "IPython",
        "ipykernel",
    )


def _evaluated(namespace: dict[str, Any], names: frozenset[str]) -> frozenset[str]:
    """Those of the names in texts that a library evaluates that stand for something that travels."""
    return frozenset(
        name for name in names & namespace.keys() if _may_be_meant(name, namespace[name], namespace, names)
    )


def all_that_may_be_meant(namespace: dict[str, Any], told: frozenset[str]) -> frozenset[str]:
    """The globals that may be looked for by names that nobody knows."""
    hidden = _PROMPT_NAMES if "get_ipython" in namespace else frozenset()
    return frozenset(
        name
        for name, value in namespace.items()
        if not name.startswith("_") and name not in hidden and _may_be_meant(name, value, namespace, told)
    )


def _finds_its_module(found: References) -> bool:
    """``sys.modules[__name__]``, or an import of it; ``sys.modules["__main__"]``."""
    modules = any(path[0] == "modules" for path in found.attributes.get("sys", ()))
    is_named = "__name__" in found.names or any(text == "__main__" for text, _ in found.texts)
    return is_named and (modules or "import_module" in found.names or "importlib" in found.names)


def _is_looked_through(found: References) -> bool:
    """``unittest.main()``: its tests are all that there are beside it."""
    return any(
        path[0] in names for module, names in _MODULE_READERS.items() for path in found.attributes.get(module, ())
    )


def words_in(texts: Iterable[str]) -> frozenset[str]:
    """All that could be names in these texts."""
    return frozenset(word for text in texts for word in re.findall(r"[^\W\d]\w*", text[:10_000]))


def texts_in(values: Iterable[Any]) -> Iterator[str]:
    """The texts among arguments, also inside of lists and the like, and of what they keep in attributes: ``args.model``."""
    stack = list(values)
    seen: set[int] = set()
    while stack and len(seen) < _MAX_ITEMS:
        value = stack.pop()
        # By its type: a weakref.proxy whose object is gone answers isinstance() by an error.
        if issubclass(type(value), str):
            yield value
        elif (
            issubclass(type(value), (list, tuple, set, frozenset, dict))
            and len(value) <= _MAX_ITEMS
            and id(value) not in seen
        ):
            seen.add(id(value))
            stack += contents_of(value)
        elif not issubclass(type(value), (type, types.ModuleType, types.FunctionType)) and id(value) not in seen:
            seen.add(id(value))
            stack += _attributes_of(value)


def _attributes_of(value: Any) -> list[Any]:
    try:
        # Not asked by getattr(): nothing of the user's is run to find out.
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return []
    return list(held.values()) if type(held) is dict and len(held) <= _MAX_ITEMS else []


def _may_be_meant(name: str, value: Any, namespace: dict[str, Any], told: frozenset[str]) -> bool:
    if isinstance(value, types.ModuleType):
        return name in told
    if isinstance(value, types.FunctionType):
        return value.__globals__ is namespace
    if isinstance(value, type):
        return owner_of_class(value) is Owner.INTERACTIVE
    if isinstance(value, dict) and "__builtins__" in value:
        return False  # a namespace of exec
    if name not in told and hasattr(type(value), "__len__"):
        try:
            if len(value) > _MAX_ITEMS:
                return False
        except Exception:  # a user's __len__ may raise anything
            return False
    return travels(value)
