"""The Pythons that a cluster has: on PATH and in the usual and configured folders, and behind environment modules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from clustrix.errors import ClustrixError, RemotePythonError

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig


class Answer(Protocol):
    """What an agent answered."""

    @property
    def header(self) -> dict[str, Any]: ...


class Agent(Protocol):
    """Whoever makes requests to the cluster: a link."""

    def request(self, op: str, header: Mapping[str, Any], body: bytes = b"") -> Answer:
        """Ask and wait for the answer."""


@dataclass(frozen=True)
class Chosen:
    """The interpreter that runs a call, before it was asked anything: its command and its version."""

    path: str
    version: tuple[int, int, int]
    #: It is somebody's environment, to be taken as it is.
    is_given: bool = False

    @classmethod
    def parse(cls, path: object, version: Sequence[Any]) -> Chosen:
        """Read one of an agent's answer. Raises ValueError or TypeError for what is no version."""
        major, minor, micro = (int(part) for part in version)
        return cls(str(path), (major, minor, micro))


@dataclass(frozen=True)
class FoundPythons:
    """The Pythons of a login node, and the environment modules there that may bring more."""

    there: tuple[Chosen, ...]
    modules: tuple[str, ...]

    def newest(self, wanted: str) -> Chosen | None:
        """The newest that a version such as ``"3.12"`` means."""
        fitting = [one for one in self.there if is_version(one.version, wanted)]
        return max(fitting, key=lambda one: one.version, default=None)

    def modules_for(self, wanted: str) -> tuple[str, ...]:
        """The modules that may bring a version: those named like it, else those whose names tell no version of Python.

        >>> FoundPythons((), ("python/3.11.4", "python/3.12", "anaconda/2024")).modules_for("3.11")
        ('python/3.11.4',)
        >>> FoundPythons((), ("python/3.12", "anaconda/2024")).modules_for("3.11")
        ('anaconda/2024',)
        """
        named = [name for name in self.modules if re.search(rf"(?<![\d.]){re.escape(wanted)}(?!\d)", name)]
        return tuple(named or [name for name in self.modules if not re.search(r"(?<![\d.])3\.\d", name)])

    def __str__(self) -> str:
        return ", ".join(f"{dotted(one.version)} ({one.path})" for one in self.there) or "none"


_found: WeakKeyDictionary[Agent, dict[tuple[str, ...], FoundPythons]] = WeakKeyDictionary()
_behind: WeakKeyDictionary[Agent, dict[str, Chosen | None]] = WeakKeyDictionary()


def find_pythons(agent: Agent, config: ClusterConfig) -> FoundPythons:
    """The Pythons of a cluster, asked for once. Raises RemotePythonError if the answer is none."""
    known = _found.setdefault(agent, {})
    folders = tuple(config.python_folders)
    if folders not in known:
        told = agent.request("interpreters", {"folders": list(folders)}).header
        try:
            there = tuple(Chosen.parse(path, version) for path, version in told["found"])
            known[folders] = FoundPythons(there, tuple(str(name) for name in told["modules"]))
        except (KeyError, TypeError, ValueError) as error:
            raise RemotePythonError(
                f"the agent does not say which Pythons there are: {error!r}", where=str(told)[:200]
            ) from None
    return known[folders]


def forget(agent: Agent) -> None:
    """Ask again next time."""
    _found.pop(agent, None)
    _behind.pop(agent, None)


def pick(agent: Agent, config: ClusterConfig, wanted: str, host: str) -> Chosen:
    """The newest Python of a version. Raises RemotePythonError if there is none, and says which there are."""
    found = find_pythons(agent, config)
    newest = found.newest(wanted)
    if newest is not None:
        return newest
    raise RemotePythonError(
        f"there is no Python {wanted} among those found: {found}", where=host, hint=_how_else(found, wanted)
    )


def module_with(agent: Agent, config: ClusterConfig, wanted: str) -> str | None:
    """The environment module that brings a Python of a version, if no folder has one; each is loaded once to see."""
    found = find_pythons(agent, config)
    if found.newest(wanted) is not None:
        return None
    for name in found.modules_for(wanted):
        behind = _python_behind(agent, name)
        if behind is not None and is_version(behind.version, wanted):
            return name
    return None


def _python_behind(agent: Agent, module: str) -> Chosen | None:
    known = _behind.setdefault(agent, {})
    if module not in known:
        try:
            told = agent.request("interpreter_of", {"module": module}).header
            known[module] = Chosen.parse(told["path"], told["version"])
        except (ClustrixError, OSError, KeyError, TypeError, ValueError):  # it cannot be loaded, or brings no Python
            known[module] = None
    return known[module]


def newest_between(
    agent: Agent, config: ClusterConfig, at_least: tuple[int, int], below: tuple[int, int], host: str, for_what: str
) -> Chosen:
    """The newest Python of the cluster in a range of versions. Raises RemotePythonError if there is none."""
    found = find_pythons(agent, config)
    fitting = [one for one in found.there if at_least <= one.version[:2] < below]
    if fitting:
        return max(fitting, key=lambda one: one.version)
    raise RemotePythonError(
        f"{for_what} needs a Python from {dotted(at_least)} on (before {dotted(below)}); found: {found}",
        where=host,
        hint='python_executable="/path/to/python3.11", python_version="3.11", or module_loads=["python/3.11"]',
    )


def is_version(version: tuple[int, int, int], wanted: str) -> bool:
    """Whether a version is what is wanted, as far as that is said: ``"3.12"``, ``"3.12.4"``."""
    return dotted(version) == wanted or dotted(version).startswith(wanted + ".")


def dotted(version: Sequence[int]) -> str:
    """``3.9.18``."""
    return ".".join(map(str, version))


def _how_else(found: FoundPythons, wanted: str) -> str:
    others = f"; environment modules there: {', '.join(found.modules)}" if found.modules else ""
    return f"python_version= one of these, python_folders= where {wanted} is, or python_executable= its path{others}"
