"""The lock for what is wanted: from our cache, or resolved; what no index has is packed from what is installed here."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from clustrix.environments import local_wheels, uv
from clustrix.environments.resolution import Lock, ResolutionError, not_found, platform_of, resolve
from clustrix.environments.wheels import cache_folder
from clustrix.errors import EnvironmentBuildError
from clustrix.requirements import Installed, installed_distributions, normalized

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from clustrix.environments.interpreters import Interpreter
    from clustrix.environments.pins import Wanted

#: Variables by which a user chooses an index: another one may give another lock.
_INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")


def lock_for(wanted: Wanted, interpreter: Interpreter, *, strict: bool, fresh: bool = False) -> Lock:
    """The lock, kept for the next time; ``fresh`` makes it anew. Raises EnvironmentBuildError."""
    wanted = _with_local(
        wanted, {name for name, one in _reached(wanted).items() if local_wheels.is_from_elsewhere(one)}
    )
    kept = cache_folder("locks") / f"{_identity(wanted, interpreter, strict)}.json"
    if not fresh:
        try:
            lock = Lock.from_json(kept.read_text(encoding="utf-8"))
            if all(Path(one.place).exists() for one in lock.wheels if one.is_local):
                return lock
        except (OSError, ValueError, KeyError, TypeError):
            pass  # not there, or of another version of clustrix
    lock = _resolved(wanted, interpreter, strict)
    temporary = kept.with_suffix(f".{os.getpid()}.part")
    temporary.write_text(lock.to_json(), encoding="utf-8")
    temporary.replace(kept)
    return lock


def _identity(wanted: Wanted, interpreter: Interpreter, strict: bool) -> str:
    parts = [
        sorted(str(one) for one in wanted.requirements),
        sorted(wanted.preferences.items()),
        sorted(str(one) for one in wanted.constraints),
        sorted((need.name, need.version) for need in wanted.needs),
        interpreter.version,
        platform_of(interpreter),
        strict,
        [os.environ.get(name) for name in _INDEX_VARIABLES],
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _resolved(wanted: Wanted, interpreter: Interpreter, strict: bool) -> Lock:
    """Resolve; what no index has is taken from here, one after another."""
    packed: set[str] = set()
    while True:
        try:
            return resolve(wanted, interpreter, strict=strict)
        except ResolutionError as error:
            installed = installed_distributions()
            further = {name for name in not_found(error.said) if _may_be(installed.get(name), wanted)} - packed
            if not further or uv.is_about_network(error.said):
                raise _explained(error, wanted, interpreter) from None
            packed |= further
            try:
                wanted = _with_local(wanted, further)
            except EnvironmentBuildError as cannot:
                raise _explained(error, wanted, interpreter, cannot) from None


def _may_be(installed: Installed | None, wanted: Wanted) -> bool:
    """Whether what is installed here is what was asked for."""
    if installed is None:
        return False
    asked = [one for one in wanted.requirements if normalized(one.name) == normalized(installed.name)]
    return all(one.specifier.contains(installed.version, prereleases=True) for one in asked)


def _reached(wanted: Wanted) -> dict[str, Installed]:
    """What is installed here of what is wanted through imports."""
    installed = installed_distributions() if wanted.needs else {}
    names = (normalized(need.name) for need in wanted.needs)
    return {name: installed[name] for name in names if name in installed}


def _with_local(wanted: Wanted, names: Collection[str]) -> Wanted:
    """The same with some distributions from wheels that are packed here. Raises EnvironmentBuildError."""
    from packaging.requirements import Requirement

    if not names:
        return wanted
    installed = installed_distributions()
    local = {name: Requirement(f"{name} @ {local_wheels.pack(installed[name]).as_uri()}") for name in names}
    kept: list[Requirement] = [one for one in wanted.requirements if normalized(one.name) not in local]
    preferences = {name: version for name, version in wanted.preferences.items() if name not in local}
    return dataclasses.replace(wanted, requirements=(*kept, *local.values()), preferences=preferences)


def _explained(
    error: ResolutionError, wanted: Wanted, interpreter: Interpreter, cannot: EnvironmentBuildError | None = None
) -> EnvironmentBuildError:
    names = ", ".join(str(one) for one in wanted.requirements[:8])
    where = f"{interpreter}, {interpreter.platform}"
    if uv.is_about_network(error.said):
        return EnvironmentBuildError(
            f"{interpreter} lacks some of {names}, and the package index cannot be asked from this machine: {error}",
            where=where,
            hint="environment=None takes the interpreter as it is; environment= the folder of an environment there",
        )
    if cannot is not None:
        return EnvironmentBuildError(f"{cannot.what}: {error}", where=where, hint=cannot.hint)
    return EnvironmentBuildError(
        f"{wanted.source} ({names}) cannot be had for {interpreter}: {error}",
        where=where,
        hint=_way_out(error.said, [need.imported_as for need in wanted.needs]),
    )


def _way_out(said: str, modules: Collection[str]) -> str:
    named = [module for module in modules if normalized(module) in not_found(said)]
    if named:
        return f'exclude=["{named[0]}"] if the function can do without; environment= the folder of an environment there'
    if "no usable wheels" in said or "no wheels" in said:
        return (
            "a newer Python there has more wheels: python_version=; or environment= the folder of an environment there"
        )
    return (
        "environment=[..] with other versions, strict_versions=False, or environment=None for the interpreter as it is"
    )
