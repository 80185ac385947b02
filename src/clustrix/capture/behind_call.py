"""What stands behind the call in its pickle: what the program has changed in the modules that the call reaches."""

from __future__ import annotations

import ast
import itertools
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import FunctionType
from typing import Any

from clustrix.capture.data.brought_files import brought_files
from clustrix.capture.data.data_files import read_data
from clustrix.capture.data.named_in_data import MOST_LOOKED_INTO, names_pickled_in, words_of
from clustrix.capture.effects import Effect, in_order
from clustrix.capture.library_state.patches import patched
from clustrix.capture.module_state.answered import Answered
from clustrix.capture.module_state.changes import Change, module_changes
from clustrix.capture.module_state.decided_here import decided_here, new_values, told_by_variables
from clustrix.capture.module_state.dispatchers import registered_in_module
from clustrix.capture.module_state.held_in_functions import Within
from clustrix.capture.module_state.instance_changes import Contents, Each
from clustrix.capture.module_state.moved_on import Moved
from clustrix.capture.module_state.put_over import written_by
from clustrix.capture.module_state.rebound import Place, Put, rebound
from clustrix.capture.module_state.removals import removed
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.modules.local_modules import imported_modules
from clustrix.capture.modules.own_distributions import own_distributions
from clustrix.capture.modules.ownership import Owner
from clustrix.capture.modules.registrars import reach_for_effect, subclasses_asked_for
from clustrix.capture.reached import Reached, Use
from clustrix.capture.unseen import texts_in
from clustrix.dependency_analysis import references
from clustrix.references import RUN_MODULE
from clustrix_remote import changed, rebuild

#: A module's name as data tells it, with what is taken from it: ``backends.alpha:Backend``, ``backends.alpha.Backend``.
_MODULE_NAMED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::[A-Za-z_][\w.]*)?")
#: Several names in one text: ``"stages.first, stages.second"``.
_BETWEEN_NAMES = re.compile(r"[\s,;|]+")
_MOST_TEXTS = 2000
_READING_PICKLES = frozenset({"pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve"})


class Settled:
    """Stands at the end of a call's pickle, when all classes have been made."""


class Changes:
    """Stands behind the call in its pickle: what was changed in the modules that it has reached by then."""

    def __init__(
        self,
        reached: Reached,
        written: Callable[[], int],
        done: frozenset[str] = frozenset(),
        looked: tuple[int, ...] = (),
    ) -> None:
        self._reached = reached
        self._written = written
        self._done = done
        self._looked = looked

    def call_pickled(self, memo: Callable[[], Mapping[int, Any]]) -> None:
        """The call itself is in the pickle that has this memo."""
        if not self._done:
            self._reached.containers.call_pickled(self._written(), memo)

    def __reduce__(self) -> tuple[Any, ...]:
        extent = _extent(self._reached)
        if extent != self._looked:
            reach_for_effect(self._reached)
        _reach_named_in_data(self._reached)
        _reach_entry_points(self._reached)
        pickled: list[Effect] = []
        if not self._done:
            _reach_imports_of_files(self._reached)
            pickled = _pickled_in_data(self._reached)
        found = [module for name, module in self._reached.modules.found.items() if name not in self._done]
        written = written_by(self._reached) if found else frozenset[str]()
        replaced = rebound() if found else frozenset[Place]()
        changes = [effect for module in found for effect in _changes_of(module, written, replaced)]
        places = frozenset((one.target[0], one.target[1].partition(".")[0]) for one in changes if len(one.target) == 2)
        decided = decided_here(self._reached.modules.found.values() if found else (), places)
        changes += pickled
        changes += [_effect_of(Change(one.name, *made)) for one in found for made in new_values(one, decided, written)]
        used = _names_used(self._reached) if decided.asked else frozenset[str]()
        self._reached.undecided += told_by_variables(decided, written, used)
        self._reached.containers.changes_found(one.value for one in changes)
        effects = in_order(changes)
        # What is changed may itself reach further modules.
        more: list[Any] = (
            [Changes(self._reached, self._written, self._done | {"__main__", *(one.name for one in found)}, extent)]
            if found or pickled
            else []
        )
        return rebuild.same, ([*effects, *(more or subclasses_asked_for(self._reached))],)


def _extent(reached: Reached) -> tuple[int, ...]:
    """How much was reached: while that is the same, no other module matters for its effect."""
    return len(reached.modules.found), len(reached.spaces), len(reached.sources)


def _changes_of(module: FoundModule, written: frozenset[str], replaced: frozenset[Place]) -> Iterator[Effect]:
    for one in module_changes(module, written, replaced):
        yield _effect_of(one)
    gone = removed(module)
    if gone:
        yield Effect(changed.remove, (module.name,), gone)
    for name, pairs in registered_in_module(module):
        yield Effect(changed.register, (module.name, name), pairs)
    if module.name in sys.modules and module.path is not None:
        found = module_source(module).references
        for owner, name, value in patched(vars(sys.modules[module.name]), found.attributes, found.bare):
            yield Effect(changed.change, (owner, name), value)


def _effect_of(change: Change) -> Effect:
    function, value = _how_told(change.value)
    use = Use("global", f"{change.module}.{change.path}", value, f"module {change.module}, as it was changed", "", 0)
    # What a function defaults to, how an Enum's member counts itself: nobody thinks of that as a value of theirs.
    is_shown = not change.path.rpartition(".")[2].startswith("_")
    return Effect(function, (change.module, change.path), value, use if is_shown else None)


def _how_told(value: Any) -> tuple[Callable[..., Any], Any]:
    """What is done there with a changed value, and what it is done with."""
    if isinstance(value, Contents):
        return changed.refill, value.items
    if isinstance(value, Each):
        return changed.fill_each, value.attributes
    if isinstance(value, Moved):
        return changed.replace, value.value
    if isinstance(value, Within):
        return changed.within, value.values
    if isinstance(value, Answered):
        return changed.answered, value.state
    if isinstance(value, Put):
        return changed.put, value.value
    return changed.change, value


def _reach_named_in_data(reached: Reached) -> None:
    """Where modules are imported by names that are made up, or run by ``python -m``, those that values, arguments, code or data files name."""
    starts = any(one.starts_python for one in reached.references())
    if not starts and not any(one.discovers for one in reached.references()):
        return
    files = itertools.islice(brought_files(reached, (), (), reached.given), MOST_LOOKED_INTO)
    in_files = (word for file in files for word in sorted(words_of(file.path)))
    named = dict.fromkeys(itertools.chain(_names_in(_texts(reached)), _names_in(in_files)))
    # ``python -m tools`` runs tools/__main__.py.
    if starts:
        named.update(dict.fromkeys([*(f"{one}.__main__" for one in named), *_imported_in_texts(reached)]))
    for name in named:
        found = find_module(name)
        if found is not None and found.owner is Owner.LOCAL:
            reached.modules.reach(name, "its name in data")


def _imported_in_texts(reached: Reached) -> Iterator[str]:
    """What code imports that is given to an interpreter: ``[sys.executable, "-c", "import study"]``."""
    for text in itertools.islice(_texts(reached), _MOST_TEXTS):
        if "import " in text:
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError):
                continue  # of another language, or made of pieces
            for one in references(tree).imports:
                yield from imported_modules(one, "", True)


def _reach_entry_points(reached: Reached) -> None:
    """Where code asks what is installed, the modules of its own projects' entry points."""
    for one in own_distributions() if any(one.asks_for_metadata for one in reached.references()) else ():
        for name in one.modules:
            found = find_module(name)
            if found is not None and found.owner is Owner.LOCAL:
                reached.modules.reach(name, f"an entry point of {os.path.basename(one.folder)}")


def _reach_imports_of_files(reached: Reached) -> None:
    """Where code is run that lies in files, such as plugins, what it imports; nobody knows which of it is run, so it may be missing."""
    if not any(one.runs_files or one.starts_python for one in reached.references()):
        return
    for file in brought_files(reached, (), (), reached.given):
        if file.path.endswith(".py"):
            try:
                imports = references(ast.parse(read_data(file))).imports
            except (SyntaxError, ValueError):
                continue
            spare = tuple(replace(one, is_spare=True) for one in imports)
            reached.modules.reach_imports(spare, "", False, os.path.basename(file.path))


def _pickled_in_data(reached: Reached) -> list[Effect]:
    """Where code reads pickles, the modules of what is in those that come along; gives what binds the script's own there."""
    if _READING_PICKLES.isdisjoint(reached.modules.imported() | reached.imported):
        return []
    effects: list[Effect] = []
    for file in itertools.islice(brought_files(reached, (), (), reached.given), MOST_LOOKED_INTO):
        names, why = names_pickled_in(file.path), f"what is pickled in {os.path.basename(file.path)}"
        for name in sorted(names):
            found = find_module(name) if _MODULE_NAMED.fullmatch(name) else None
            if found is not None and found.owner is Owner.LOCAL:
                reached.modules.reach(name, why)
        effects += _pickled_of_main(reached, names, why) if "__main__" in names else []
    return effects


def _pickled_of_main(reached: Reached, names: frozenset[str], why: str) -> Iterator[Effect]:
    """What binds functions and classes of ``__main__`` that a pickle names."""
    content = vars(sys.modules["__main__"])
    for name in sorted({name.partition(".")[0] for name in names} & content.keys()):
        value = content[name]
        if isinstance(value, (FunctionType, type)) and value.__module__ == "__main__":
            use = Use("global", name, value, why, "", 0)
            yield Effect(rebuild.bind, (reached.space(content), name), value, use)


def _names_used(reached: Reached) -> frozenset[str]:
    """All names that the call's code reads or imports, also as attributes."""
    used: set[str] = set()
    for read in reached.references():
        used |= read.names.union(*(path for paths in read.attributes.values() for path in paths))
        used.update(name for one in read.imports for name in one.names)
    return frozenset(used)


def _texts(reached: Reached) -> Iterator[str]:
    yield from reached.given
    yield from texts_in(use.value for use in reached.used)
    for read in reached.references():
        yield from (text for text, _ in read.texts)


def _names_in(texts: Iterable[str]) -> Iterator[str]:
    for text in itertools.islice(texts, _MOST_TEXTS):
        yield from filter(None, RUN_MODULE.findall(text))
        words = _BETWEEN_NAMES.split(text.strip()) if len(text) < 200 else []
        named = [one.group(1) for one in map(_MODULE_NAMED.fullmatch, words) if one is not None]
        # Not what is only told in a sentence.
        for name in named if len(named) == len(words) else ():
            yield name
            yield name.rpartition(".")[0] or name
