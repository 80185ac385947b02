"""What modules of the program write to that a call does not reach: ``tools.load = logged(tools.load)`` in a function that the script has called."""

from __future__ import annotations

import functools
import sys
from typing import Any

from clustrix.capture.module_state.seen_at_a_glance import may_write
from clustrix.capture.module_state.written import WRITING, names_written_in
from clustrix.capture.modules.found_modules import find_module, module_source
from clustrix.capture.modules.loaded_modules import LoadedModule, look_at, users_modules


def names_written_elsewhere(reached: frozenset[str]) -> frozenset[str]:
    """The names that loaded modules of the user's write to, as far as they name one of these modules."""
    return _names_written(reached, len(sys.modules), next(reversed(sys.modules)))


@functools.lru_cache(maxsize=64)
def _names_written(reached: frozenset[str], count: int, latest: str) -> frozenset[str]:
    sources = (one for one in _looked_through(count, latest) if one.name not in reached)
    writers = (find_module(one.name) for one in sources if may_write(one.source, reached, WRITING))
    trees = (module_source(one).tree for one in writers if one is not None and one.path is not None)
    return frozenset[str]().union(*map(names_written_in, trees))


@functools.lru_cache(maxsize=1)
def _looked_through(count: int, latest: str) -> list[LoadedModule]:
    """There may be hundreds of modules: they are looked at again when others have been imported."""
    return [*(seen for _, seen in users_modules()), *map(look_at, filter(_is_of_tests, list(sys.modules.values())))]


def _is_of_tests(module: Any) -> bool:
    """Whether pytest has imported it: test modules, ``conftest.py``."""
    return type(getattr(module, "__loader__", None)).__name__ == "AssertionRewritingHook"
