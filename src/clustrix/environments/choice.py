"""What a call needs and the interpreter lacks: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clustrix.requirements import NeededDistribution, normalized

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from clustrix.environments.interpreters import Interpreter


def lacking(
    needs: Iterable[NeededDistribution], interpreter: Interpreter, *, strict: bool = False
) -> list[NeededDistribution]:
    """What the interpreter does not have; with ``strict`` also what it has in another version.

    A module that it has under another distribution's name counts: ``cv2`` comes from four of them.
    """
    return [need for need in needs if not _has(need, interpreter, strict)]


def _has(need: NeededDistribution, interpreter: Interpreter, strict: bool) -> bool:
    there = interpreter.distributions.get(normalized(need.name))
    if strict and need.version:
        return there == need.version
    return there is not None or need.imported_as in interpreter.modules


def lacking_requirements(requirements: Iterable[Requirement], interpreter: Interpreter) -> list[Requirement]:
    """Explicit requirements that the interpreter does not meet; one with extras or a URL is not looked into."""
    return [one for one in requirements if not _meets(one, interpreter)]


def _meets(requirement: Requirement, interpreter: Interpreter) -> bool:
    if requirement.extras or requirement.url:
        return False
    from packaging.version import InvalidVersion

    there = interpreter.distributions.get(normalized(requirement.name))
    try:
        return there is not None and requirement.specifier.contains(there, prereleases=True)
    except InvalidVersion:  # what setuptools of old wrote
        return not requirement.specifier


def differences(needs: Sequence[NeededDistribution], versions: dict[str, str]) -> list[tuple[str, str, str]]:
    """``(name, version here, version there)`` where they are not the same; ``versions`` has normalized names."""
    found = []
    for need in needs:
        there = versions.get(normalized(need.name))
        if need.version and there and there != need.version:
            found.append((need.name, need.version, there))
    return found
