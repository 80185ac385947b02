"""What modules of the program write to that a call does not reach: ``tools.load = logged(tools.load)`` in a function that the script has called."""

from __future__ import annotations

import functools
import re
import sys
from typing import Any

from clustrix.capture.module_state.written import names_written_in
from clustrix.capture.modules.found_modules import bytes_of, find_module, module_source
from clustrix.capture.modules.registrars import users_modules

#: Asked before a source is parsed. An object's own attributes are no module's.
_MAY_WRITE = re.compile(
    rb"(?<!\bself)(?<!\bcls)\.\w+\s*=(?!=)|\bset(?:attr|item)\(|\w\]\s*=(?!=)|\.(?:append|add|update|extend|insert|setdefault|pop|remove|clear)\("
)


def names_written_elsewhere(reached: frozenset[str]) -> frozenset[str]:
    """The names that loaded modules of the user's write to, as far as they name one of these modules."""
    return _names_written(reached, len(sys.modules), next(reversed(sys.modules)))


@functools.lru_cache(maxsize=64)
def _names_written(reached: frozenset[str], count: int, latest: str) -> frozenset[str]:
    words = "|".join(re.escape(name.rpartition(".")[2]) for name in sorted(reached))
    wholes = "|".join(map(re.escape, sorted(reached)))
    # It has imported the module, maybe by a statement over several lines, or names it in a text: monkeypatch.setattr("app.tools.load", ..).
    imports = rf"^[ \t]*(?:import|from)\b(?:[^\n(]*|[^\n(]*\([^)]*)\b(?:{words})\b"
    named = re.compile(rf"{imports}|[\"'](?:{wholes})\b".encode(), re.M)
    writers = (
        find_module(name) for name, data in _writers(count, latest) if name not in reached and named.search(data)
    )
    trees = (module_source(one).tree for one in writers if one is not None and one.path is not None)
    return frozenset[str]().union(*map(names_written_in, trees))


@functools.lru_cache(maxsize=1)
def _writers(count: int, latest: str) -> list[tuple[str, bytes]]:
    """There may be hundreds of modules: they are looked at again when others have been imported."""
    read = [(name, _read(str(module.__file__))) for name, module, _ in users_modules()]
    read += [(name, _read(module.__file__)) for name, module in list(sys.modules.items()) if _is_of_tests(module)]
    return [(name, data) for name, data in read if _MAY_WRITE.search(data)]


@functools.lru_cache(maxsize=4096)
def _read(file: str) -> bytes:
    return bytes_of(file) or b""


def _is_of_tests(module: Any) -> bool:
    """Whether pytest has imported it: test modules, ``conftest.py``."""
    is_rewritten = type(getattr(module, "__loader__", None)).__name__ == "AssertionRewritingHook"
    return is_rewritten and isinstance(getattr(module, "__file__", None), str)
