"""The interpreter that will run a call: asked once what it is and has, or chosen among those of the cluster."""

from __future__ import annotations

import functools
import os
import posixpath
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

import clustrix_remote
from clustrix.environments import found_pythons
from clustrix.environments.found_pythons import Chosen, dotted, is_version
from clustrix.errors import ClustrixError, ConfigError, RemotePythonError
from clustrix_remote import libraries

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig
    from clustrix.environments.found_pythons import Agent


class Machine(Protocol):
    """What is known of the login node from the start: the agent's hello."""

    @property
    def python(self) -> tuple[int, int, int]: ...
    @property
    def executable(self) -> str: ...
    @property
    def hostname(self) -> str: ...
    @property
    def home(self) -> str: ...
    @property
    def root(self) -> str: ...


@dataclass(frozen=True)
class Interpreter:
    """What an interpreter told of itself; see clustrix_remote.interpreter_probe.

    ``base`` is what virtual environments are made from. ``offline`` names the variables that forbid package indexes.
    """

    path: str
    version: tuple[int, int, int]
    implementation: str
    base: str
    prefix: str
    system: str
    machine: str
    libc: tuple[str, str] | None
    offline: tuple[str, ...]
    distributions: Mapping[str, str] = field(repr=False)
    modules: frozenset[str] = field(repr=False)

    @classmethod
    def parse(cls, path: str, told: Mapping[str, Any]) -> Interpreter:
        """Read what the probe printed. Raises RemotePythonError if it is something else."""
        try:
            major, minor, micro = (int(part) for part in told["version"])
            libc = told.get("libc")
            return cls(
                path=path,
                version=(major, minor, micro),
                libc=(str(libc[0]), str(libc[1])) if libc else None,
                offline=tuple(str(name) for name in told.get("offline", ())),
                distributions={str(name): str(version) for name, version in told["distributions"].items()},
                modules=frozenset(str(name) for name in told["modules"]),
                **{name: str(told[name]) for name in ("implementation", "base", "prefix", "system", "machine")},
            )
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise RemotePythonError(f"{path} does not say what it is: {error!r}", where=str(told)[:200]) from None

    @property
    def platform(self) -> str:
        """The machine in a few words: ``linux x86_64, glibc 2.36``."""
        return f"{self.system.lower()} {self.machine}" + (f", {' '.join(self.libc)}" if self.libc else "")

    @property
    def name(self) -> str:
        """``Python 3.9.18``."""
        return f"Python {'.'.join(map(str, self.version))}"

    def __str__(self) -> str:
        return f"{self.name} ({self.path})"


_probed: WeakKeyDictionary[Agent, dict[tuple[str, tuple[tuple[str, str], ...]], Interpreter]] = WeakKeyDictionary()
_containers: WeakKeyDictionary[Agent, dict[str, str]] = WeakKeyDictionary()


def probe(agent: Agent, path: str, variables: Mapping[str, str]) -> Interpreter:
    """What an interpreter on the cluster is and has, with a job's variables set; asked once.

    Raises RemotePythonError if it is no Python.
    """
    known = _probed.setdefault(agent, {})
    identity = (path, tuple(sorted(variables.items())))
    if identity not in known:
        header = {"python": path, "variables": dict(variables), "source": _probe_source()}
        try:
            told = agent.request("probe", header).header
        except OSError as error:
            raise RemotePythonError(
                f"{path} cannot be started: {error.strerror or error}",
                hint="python_executable= or environment= another one",
            ) from None
        except ClustrixError as error:
            said = error.what.removeprefix("ValueError: ")
            raise RemotePythonError(said, where=error.where, hint="python_executable= another one") from None
        known[identity] = Interpreter.parse(path, told)
    return known[identity]


def forget(agent: Agent) -> None:
    """Ask again next time."""
    _probed.pop(agent, None)
    found_pythons.forget(agent)
    _containers.pop(agent, None)


@functools.cache
def _probe_source() -> str:
    return (Path(clustrix_remote.__file__).parent / "interpreter_probe.py").read_text(encoding="utf-8")


def choose_interpreter(config: ClusterConfig, machine: Machine, agent: Agent) -> Chosen:
    """The interpreter for the calls of a configuration; only a named environment or version takes a question.

    Raises RemotePythonError or ConfigError if there is none.
    """
    image, folder = given_image(config), given_environment(config)
    if image is not None:
        return _in_container(image, config, agent)
    if folder is not None:
        return _given(posixpath.join(_there(folder, machine), "bin/python"), config, agent)
    own = Chosen(_there(config.python_executable or machine.executable, machine), machine.python)
    wanted = config.python_version
    if wanted is None or is_version(own.version, wanted):
        return own
    if config.python_executable is not None:
        raise ConfigError(
            f"python_executable={config.python_executable!r} is Python {dotted(own.version)}, not {wanted}",
            hint="give one of python_executable= and python_version=",
        )
    return found_pythons.pick(agent, config, wanted, machine.hostname)


def module_with_python(config: ClusterConfig, machine: Machine, agent: Agent) -> str | None:
    """The environment module that brings the version of Python that is wanted, where nothing else does.

    Only where modules are loaded before the agent is started: over ssh.
    """
    wanted = config.python_version
    if wanted is None or config.runs_here or config.python_executable or is_version(machine.python, wanted):
        return None
    if given_image(config) or given_environment(config):
        return None
    module = found_pythons.module_with(agent, config, wanted)
    return module if module not in config.module_loads else None


def has_same_libraries(config: ClusterConfig, chosen: Chosen, agent: Agent) -> bool:
    """Whether numpy and pandas, as far as they are loaded here, have the same versions there; one that is not there will.

    Asked only if it matters: between other Pythons values travel by parts anyway. Raises what ``probe`` does.
    """
    here = {name: version for name, version in libraries.library_versions().items() if name in sys.modules}
    if not here or chosen.version[:2] != sys.version_info[:2] or is_this_python(config, chosen):
        return True
    there = probe(agent, chosen.path, config.environment_variables).distributions
    return all(there.get(name, version) == version for name, version in here.items())


def is_this_python(config: ClusterConfig, chosen: Chosen) -> bool:
    """Whether it is the interpreter of this very program."""
    return config.runs_here and os.path.expanduser(chosen.path) == sys.executable


def _given(path: str, config: ClusterConfig, agent: Agent) -> Chosen:
    interpreter = probe(agent, path, config.environment_variables)
    wanted = config.python_version
    if wanted is not None and not is_version(interpreter.version, wanted):
        raise ConfigError(
            f"environment={config.environment!r} has Python {dotted(interpreter.version)}, not {wanted}",
            hint="give one of environment= and python_version=",
        )
    return Chosen(interpreter.path, interpreter.version, is_given=True)


def _in_container(image: str, config: ClusterConfig, agent: Agent) -> Chosen:
    """The script that stands for the container's Python; asked for once, as its probe is kept."""
    known = _containers.setdefault(agent, {})
    if image not in known:
        try:
            known[image] = str(agent.request("container", {"image": image}).header["python"])
        except FileNotFoundError as error:
            raise ConfigError(
                f"there is no image {error.filename}",
                where=f"environment={config.environment!r}",
                hint="an image file or an unpacked image on the cluster, by its whole path",
            ) from None
    try:
        return _given(known[image], config, agent)
    except RemotePythonError as error:
        raise RemotePythonError(
            f"no Python starts in the container {image}: {error.what.partition(': ')[2] or error.what}",
            where=error.where,
            hint="environment_variables= CLUSTRIX_CONTAINERS, the runtimes to try; CLUSTRIX_CONTAINER_PYTHON, its path",
        ) from None


def given_image(config: ClusterConfig) -> str | None:
    """The container image that calls shall run in; None if there is none.

    >>> from clustrix.config import ClusterConfig
    >>> given_image(ClusterConfig(environment="container:/sw/images/fit.sif"))
    '/sw/images/fit.sif'
    """
    environment = config.environment
    if not isinstance(environment, str) or not environment.startswith("container:"):
        return None
    return environment.partition(":")[2].strip() or None


def given_environment(config: ClusterConfig) -> str | None:
    """The folder of an environment on the cluster that is to be taken as it is; None if there is none.

    >>> from clustrix.config import ClusterConfig
    >>> given_environment(ClusterConfig(environment="/sw/envs/fit"))
    '/sw/envs/fit'
    """
    environment = config.environment
    if not isinstance(environment, str) or environment.endswith((".txt", ".toml", ".lock", ".in")):
        return None
    return environment.rstrip("/") if environment.startswith(("/", "~/")) else None


def _there(path: str, machine: Machine) -> str:
    return posixpath.join(machine.home, path[2:]) if path.startswith("~/") else path
