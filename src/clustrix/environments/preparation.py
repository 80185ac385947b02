"""Before a call is submitted: what runs it there, and with which packages."""

from __future__ import annotations

import inspect
import os
import posixpath
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from clustrix.environments.choice import differences, lacking, lacking_requirements
from clustrix.environments.found_pythons import Chosen
from clustrix.environments.interpreters import Interpreter, is_this_python, probe
from clustrix.environments.pins import Wanted, wanted_by
from clustrix.environments.telling import Telling
from clustrix.errors import EnvironmentBuildError
from clustrix.requirements import NeededDistribution, needed_distributions, normalized
from clustrix.values import Raised
from clustrix_remote.interpreters import OFFLINE_VARIABLES

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig
    from clustrix.environments.build import Plan
    from clustrix.environments.found_pythons import Agent
    from clustrix.environments.interpreters import Machine
    from clustrix.values import Returned

#: What a job of ours must not inherit: it is meant for another Python.
FOREIGN_VARIABLES = ("PYTHONPATH", "PYTHONHOME")
#: And what it gets. Bytecode may be written: the agent compiles what is imported, but for the Python of a job alone.
OWN_VARIABLES = {"PYTHONNOUSERSITE": "1"}


@dataclass(frozen=True)
class Prepared:
    """What runs a call: ``python``, and if it was built by us its ``key``.

    ``why`` says it in a sentence, ``notes`` what is otherwise than here. ``hint`` is for an import that fails there.
    """

    python: str
    why: str
    key: str = ""
    notes: tuple[str, ...] = ()
    hint: str = ""

    @property
    def unset_variables(self) -> tuple[str, ...]:
        """Variables that the job must not have."""
        return FOREIGN_VARIABLES if self.key else ()

    def reader(self, read: Callable[[bytes], Returned | Raised]) -> Callable[[bytes], Returned | Raised]:
        """The reader of outcomes ``read``; an import that failed is told with the hint."""
        return partial(_read_with_hint, read, self.hint) if self.hint else read

    @property
    def variables(self) -> Mapping[str, str]:
        """Variables that the job gets."""
        return OWN_VARIABLES if self.key else {}


def _read_with_hint(read: Callable[[bytes], Returned | Raised], hint: str, data: bytes) -> Returned | Raised:
    outcome = read(data)
    if isinstance(outcome, Raised) and isinstance(outcome.exception, ImportError):
        outcome.exception.add_note(hint)
    return outcome


@dataclass(frozen=True)
class Outlook:
    """What would be done for a call: it can run as it is (``ready``), or ``wanted`` is built for ``interpreter``."""

    ready: Prepared | None
    wanted: Wanted | None = None
    interpreter: Interpreter | None = None
    missing: tuple[str, ...] = ()


STDERR = Telling()
_locks: dict[object, threading.Lock] = defaultdict(threading.Lock)
_prepared: WeakKeyDictionary[Agent, dict[object, Prepared]] = WeakKeyDictionary()


def prepare(
    config: ClusterConfig,
    chosen: Chosen,
    foreign: Mapping[str, str],
    function: Callable[..., Any],
    machine: Machine,
    agent: Agent,
    *,
    tell: Telling = STDERR,
    again: bool = False,
    spare: frozenset[str] = frozenset(),
) -> Prepared:
    """What runs a call, made if need be; the same question is answered once, so this costs a warm call nothing.

    ``foreign`` are the third-party modules that the call imports; ``again`` looks anew, as what was there has been
    removed; ``tell`` is where it is told what takes so long; ``spare`` are those of ``foreign`` that the call can do
    without, if they cannot be had. Raises EnvironmentBuildError, ConfigError.
    """
    if again:
        _prepared.pop(agent, None)
    known = _prepared.setdefault(agent, {})
    script = script_of(function)
    identity = _identity(config, chosen, foreign, script)
    if identity not in known:
        with _locks[identity]:  # of several threads one finds out
            if identity not in known:
                known[identity] = _find_out(config, chosen, foreign, spare, script, machine, agent, tell)
    return known[identity]


def _find_out(
    config: ClusterConfig,
    chosen: Chosen,
    foreign: Mapping[str, str],
    spare: frozenset[str],
    script: Path | None,
    machine: Machine,
    agent: Agent,
    tell: Telling,
) -> Prepared:
    try:
        outlook = look(config, chosen, foreign, script, agent)
        return outlook.ready or _built(outlook, config, machine, agent, tell)
    except EnvironmentBuildError as error:
        rest = {name: why for name, why in foreign.items() if name not in spare}
        if len(rest) == len(foreign):
            raise
        try:
            return _find_out(config, chosen, rest, frozenset(), script, machine, agent, tell)
        except EnvironmentBuildError:
            raise error from None


def script_of(function: Callable[..., Any]) -> Path | None:
    """The file that defines a function, if there is one: a notebook's cell has none."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    file = str(getattr(code, "co_filename", "<"))
    return Path(file).absolute() if not file.startswith("<") and os.path.isfile(file) else None


def _identity(config: ClusterConfig, chosen: Chosen, foreign: Mapping[str, str], script: Path | None) -> object:
    variables = tuple(sorted(config.environment_variables.items()))
    words = (config.environment, config.packages, config.strict_versions, config.module_loads)
    return (chosen, tuple(foreign.items()), script, variables, words)


def look(
    config: ClusterConfig, chosen: Chosen, foreign: Mapping[str, str], script: Path | None, agent: Agent
) -> Outlook:
    """Decide what has to be done; nothing is resolved or built. Raises RemotePythonError, ConfigError."""
    if chosen.is_given:
        return Outlook(Prepared(chosen.path, "the environment that was named, as it is"))
    if config.environment is None:
        return Outlook(Prepared(chosen.path, "environment=None: the interpreter as it is"))
    needs = needed_distributions(dict(foreign)) if config.environment == "auto" else ()
    wanted = wanted_by(config.environment, needs, config.packages, script)
    if not wanted.requirements:
        return Outlook(Prepared(chosen.path, "nothing but the standard library is imported"))
    if is_this_python(config, chosen) and wanted.needs and not config.packages:
        return Outlook(Prepared(chosen.path, "it is the Python that runs here"))
    interpreter = probe(agent, chosen.path, config.environment_variables)
    missing = _missing(wanted, interpreter, config.strict_versions)
    if not missing:
        return Outlook(
            Prepared(chosen.path, f"{interpreter} has all of it", notes=_notes_as_it_is(wanted, interpreter))
        )
    forbidden = [
        name for name in OFFLINE_VARIABLES if os.environ.get(name, "0") not in ("", "0")
    ] or interpreter.offline
    if forbidden:
        hint = f"{interpreter} lacks {', '.join(missing)}, and no environment is built, as {forbidden[0]} is set"
        return Outlook(Prepared(chosen.path, hint, hint=hint))
    _refuse_unknown(wanted, interpreter)
    return Outlook(None, wanted, interpreter, tuple(missing))


def _missing(wanted: Wanted, interpreter: Interpreter, strict: bool) -> list[str]:
    reached = {normalized(need.name) for need in wanted.needs}
    given = [one for one in wanted.requirements if normalized(one.name) not in reached]
    names = [need.name for need in lacking(wanted.needs, interpreter, strict=strict)]
    # What the cluster's Python has in a version that the project does not allow.
    given += [one for one in wanted.constraints if normalized(one.name) in reached - {*map(normalized, names)}]
    return [*names, *(str(one) for one in lacking_requirements(given, interpreter))]


def _notes_as_it_is(wanted: Wanted, interpreter: Interpreter) -> tuple[str, ...]:
    changed = differences(wanted.needs, dict(interpreter.distributions))
    return tuple(f"{name} {here} here, {there} there" for name, here, there in changed)


def _refuse_unknown(wanted: Wanted, interpreter: Interpreter) -> None:
    """A module that no distribution here claims has no name to ask an index for: guessing would fetch a stranger's."""
    given = {normalized(one.name) for one in wanted.requirements} - {normalized(need.name) for need in wanted.needs}
    unknown: list[NeededDistribution] = [need for need in wanted.needs if not need.version]
    unknown = [need for need in lacking(unknown, interpreter) if normalized(need.name) not in given]
    if unknown:
        name = unknown[0].imported_as
        raise EnvironmentBuildError(
            f"{interpreter} has no module {name} (imported by {unknown[0].used_by}), "
            "and no distribution here claims it",
            where=interpreter.platform,
            hint=f'environment=["the name of its distribution", ..], or exclude=["{name}"] if it can do without',
        )


def plan_for(outlook: Outlook, config: ClusterConfig, machine: Machine, *, fresh: bool = False) -> Plan:
    """Resolve what an outlook wants; ``fresh`` also if it was resolved before. Raises EnvironmentBuildError."""
    from clustrix.environments.build import Plan
    from clustrix.environments.locking import lock_for

    if outlook.wanted is None or outlook.interpreter is None:
        raise ValueError("there is nothing to build")
    lock = lock_for(outlook.wanted, outlook.interpreter, strict=config.strict_versions, fresh=fresh)
    return Plan(
        lock=lock,
        interpreter=outlook.interpreter,
        modules=outlook.wanted.modules,
        module_loads=tuple(config.module_loads),
        variables=config.environment_variables,
        source=outlook.wanted.source,
        runs_here=config.runs_here,
        host="this machine" if config.runs_here else machine.hostname,
    )


def _built(
    outlook: Outlook,
    config: ClusterConfig,
    machine: Machine,
    agent: Agent,
    tell: Telling,
) -> Prepared:
    from clustrix.environments.build import ensure

    tell.passing(f"finding {', '.join(outlook.missing[:4])} for {outlook.interpreter} ...")
    plan = plan_for(outlook, config, machine)
    ensure(plan, agent, tell)
    python = posixpath.join(machine.root, "envs", plan.key, "bin", "python")
    return Prepared(python, f"environment {plan.key} for {plan.source}", plan.key, plan.notes)
