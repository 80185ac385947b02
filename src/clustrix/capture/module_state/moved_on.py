"""What of a module goes on from where it is: iterators, random numbers of its own, context variables, what was put into others' objects.

The source does not tell how far they are, so they are taken for moved. Random numbers that nobody has seeded are other ones each time, there as here.
"""

from __future__ import annotations

import ast
import contextvars
import functools
import itertools
import os
import threading
import types
from dataclasses import dataclass
from typing import Any

from clustrix.capture.module_state.handed_on import may_be_handed_on
from clustrix.capture.module_state.random_use import is_seeding
from clustrix.capture.module_state.written import script_trees, written_by_functions, written_by_script
from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.capture.reductions.stateful import STATEFUL, held_in_context
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import last_name, nodes_of

ITERATORS: tuple[type, ...] = (
    itertools.count, itertools.cycle, itertools.chain, itertools.islice, itertools.product, itertools.permutations, itertools.combinations,
    itertools.combinations_with_replacement, itertools.accumulate, itertools.repeat, itertools.starmap, itertools.takewhile, itertools.dropwhile,
    itertools.compress, itertools.filterfalse, itertools.zip_longest, map, filter, zip, enumerate, reversed, type(iter([])), type(iter(())),
    type(iter(range(0))), type(reversed([])), type(iter("")), type(iter({})),
)  # fmt: skip
_RANDOM = frozenset({
    ("random", "Random"), ("numpy.random._generator", "Generator"), ("numpy.random.mtrand", "RandomState"),
})  # fmt: skip

#: What gives something else each time.
NEVER_THE_SAME = frozenset(
    {
        "uuid1", "uuid4", "time", "time_ns", "now", "utcnow", "today", "perf_counter", "monotonic", "urandom", "token_hex", "token_bytes",
        "token_urlsafe", "getpid", "random", "randint", "randrange", "getrandbits", "choice", "choices", "sample", "uniform", "gauss",
        "rand", "randn", "integers", "normal", "standard_normal", "permutation", "shuffle",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """A value that is the same object as ever, further on; there whoever holds the module's own gets this one."""

    value: Any


def goes_on(kind: type) -> bool:
    """Whether objects of a class go on from where they are: iterators, generators of random numbers."""
    return kind in ITERATORS or _is_random(kind)


def has_moved_on(name: str, value: Any, expression: ast.expr, found: FoundModule) -> bool:
    """Whether a value that a module computes, by this expression, may be further than an import would make it, and can travel."""
    kind = type(value)
    if kind is contextvars.ContextVar:
        return held_in_context(value) != contextvars.Context().run(held_in_context, value)
    if kind in ITERATORS:
        return travels(value)
    return _is_random(kind) and _is_seeded(name, expression, found)


def is_filled_since(name: str, value: Any, found: FoundModule) -> bool:
    """Whether the script, or a function of the module, puts something into an object of somebody else's class: a table, a ConfigParser."""
    kind = type(value)
    if kind is threading.local:  # a new one is empty
        return bool(vars(value)) and travels(vars(value))
    if isinstance(value, (type, types.FunctionType, types.ModuleType)) or kind in STATEFUL or _is_random(kind):
        return False
    if owner_of_class(kind) not in (Owner.STDLIB, Owner.INSTALLED):
        return False
    written = name in written_by_script() or name in written_by_functions(module_source(found).tree)
    if not written and (kind.__module__ != "numpy" or not may_be_handed_on(name, value)):
        return False
    return travels(value, os.path.dirname(found.path or ""))


def generator_state(value: Any) -> Any:
    """How far a generator of random numbers is; None for everything else."""
    kind = type(value)
    if not _is_random(kind):
        return None
    if kind.__name__ == "Random":
        return value.getstate()
    return value.get_state() if kind.__name__ == "RandomState" else value.bit_generator.state


def _is_random(kind: type) -> bool:
    return (kind.__module__, kind.__qualname__) in _RANDOM


def _is_seeded(name: str, expression: ast.expr, found: FoundModule) -> bool:
    """Whether a generator was made from a seed, or the module or the script has given it one."""
    words = (
        [*expression.args, *(word.value for word in expression.keywords)] if isinstance(expression, ast.Call) else []
    )
    if any(not (isinstance(one, ast.Constant) and one.value is None) for one in words):
        return True
    trees = [module_source(found).tree, *script_trees()]
    return any(name in _seeded_in(tree) for tree in trees)


@functools.lru_cache(maxsize=1024)
def _seeded_in(tree: ast.Module) -> frozenset[str]:
    """What is seeded by a method of its own: ``rng`` in ``lab.rng.seed(1)``."""
    calls = (node.func for node in nodes_of(tree, ast.Call))
    owners = (one.value for one in calls if isinstance(one, ast.Attribute) and is_seeding(one.attr))
    return frozenset(map(last_name, owners))
