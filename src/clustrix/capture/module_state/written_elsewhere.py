"""What modules of the program write to that a call does not reach: ``tools.load = logged(tools.load)`` in a function that the script has called."""

from __future__ import annotations

import functools

from clustrix.capture.module_state.seen_at_a_glance import may_write
from clustrix.capture.module_state.written import WRITING, names_written_in
from clustrix.capture.modules.found_modules import find_module, module_source
from clustrix.capture.modules.loaded_modules import LoadedModule, tests_modules, users_modules


def names_written_elsewhere(reached: frozenset[str]) -> frozenset[str]:
    """The names that loaded modules of the user's, and pytest's, write to, as far as they name one of these modules."""
    return _names_written(reached, tuple(seen for _, seen in (*users_modules(), *tests_modules())))


@functools.lru_cache(maxsize=64)
def _names_written(reached: frozenset[str], modules: tuple[LoadedModule, ...]) -> frozenset[str]:
    others = (one for one in modules if one.name not in reached)
    writers = (find_module(one.name) for one in others if may_write(one.source, reached, WRITING))
    trees = (module_source(one).tree for one in writers if one is not None and one.path is not None)
    return frozenset[str]().union(*map(names_written_in, trees))
