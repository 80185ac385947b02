"""A cluster that is ready for a call: connected to, and with all there that the call imports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from clustrix import environments
from clustrix.capture import CaptureOptions, Target
from clustrix.connection import link_for
from clustrix.file_packaging import package_call
from clustrix.live_line import leave, say
from clustrix.map_packaging import package_map
from clustrix.scheduler_poll import learn_site
from clustrix.schedulers import choose_scheduler, scheduler_named
from clustrix.submissions import job_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clustrix.config import ClusterConfig
    from clustrix.connection import Hello
    from clustrix.connection.link import Link
    from clustrix.environments import Chosen, Prepared
    from clustrix.file_packaging import PackagedCall
    from clustrix.jobs import JobSpec
    from clustrix.schedulers import Scheduler

CapturedT = TypeVar("CapturedT", bound="PackagedCall")


TELLING = environments.Telling(leave, partial(say, now=True))


@dataclass(frozen=True)
class Reached(Generic[CapturedT]):
    """A cluster that is ready for what was captured; ``restore`` has the environment built again if it is gone."""

    config: ClusterConfig
    link: Link
    hello: Hello
    captured: CapturedT
    prepared: Prepared
    scheduler: Scheduler
    restore: Callable[[], object]

    def spec(self) -> JobSpec:
        """The job for what was captured."""
        spec = job_spec(self.config, self.hello, self.captured, self.prepared)
        return replace(spec, resources=self.config.resources_on(self.scheduler.name))


@dataclass(frozen=True)
class Arrival:
    """The login node, and the Python there that is to run calls; ``config`` has its environment module, if it takes one."""

    config: ClusterConfig
    link: Link
    hello: Hello
    python: Chosen

    @property
    def target(self) -> Target:
        """What to capture for. Raises RemotePythonError if its Python does not tell what it has."""
        has_same = environments.has_same_libraries(self.config, self.python, self.link)
        return Target(self.python.version, same_libraries=has_same)


def connect(config: ClusterConfig) -> Link:
    """The connection to the cluster of a configuration, and a word about it to whoever waits for one."""
    link = link_for(config)
    if not (link.is_open or config.runs_here):
        say(f"connecting to {config.cluster_host} ... ", now=True)
    return link


def arrive(config: ClusterConfig) -> Arrival:
    """Connect, and choose a Python. Raises ConnectError, ConfigError."""
    link = connect(config)
    hello = link.channel().hello
    module = environments.module_with_python(config, hello, link)
    if module is not None:
        # Its Python may need more of the module than a place on PATH, so all is done by an agent that has it loaded.
        return arrive(replace(config, module_loads=(*config.module_loads, module)))
    return Arrival(config, link, hello, environments.choose_interpreter(config, hello, link))


def reach(
    config: ClusterConfig,
    function: Callable[..., Any],
    capture: Callable[[Target], CapturedT],
) -> Reached[CapturedT]:
    """Connect, capture for the Python that will run it, and have there what it imports.

    Raises ConnectError, CaptureError, PackagingError, EnvironmentBuildError.
    """
    at = arrive(config)
    config, link, hello = at.config, at.link, at.hello
    captured = capture(at.target)
    program = captured.program
    prepare = partial(
        environments.prepare,
        config,
        at.python,
        program.foreign,
        function,
        hello,
        link,
        tell=TELLING,
        spare=program.spare,
    )
    prepared = prepare()
    scheduler = learn_site(link, scheduler_named(choose_scheduler(config, hello.commands)))
    return Reached(config, link, hello, captured, prepared, scheduler, partial(prepare, again=True))


def capture_for(
    config: ClusterConfig,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    target: Target,
    *,
    is_made: bool = False,
) -> PackagedCall:
    """Capture a call as it is (``is_made``) or would be sent to that Python. Raises CaptureError and PackagingError."""
    options = CaptureOptions(tuple(config.include), tuple(config.exclude), tuple(config.data))
    return package_call(function, args, kwargs, target, options, is_made=is_made)


def capture_map_for(
    config: ClusterConfig,
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    target: Target,
) -> PackagedCall:
    """``capture_for`` many calls."""
    options = CaptureOptions(tuple(config.include), tuple(config.exclude), tuple(config.data))
    return package_map(function, calls, target, options)
