"""Starting a map: what is left to call, captured once, and cut into jobs that share one call file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from clustrix.capture.arguments import argument_digests
from clustrix.errors import ResultError
from clustrix.host_pool import place, spread
from clustrix.job_on_cluster import Job
from clustrix.map_futures import CallFuture
from clustrix.map_options import MapOptions
from clustrix.map_results import MapResults
from clustrix.map_resuming import earlier_jobs, take_up
from clustrix.mapping import CallMap, MapFlow, keys_of, shown_of
from clustrix.reached import capture_map_for, connect, reach
from clustrix.retries import Retries
from clustrix.schedulers import scheduler_named
from clustrix.site_limits import learn_limits
from clustrix.submissions import describe_part, make_submission, new_key, part_spec
from clustrix.submitted_jobs import job_named, remember

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clustrix.array_plan import Part
    from clustrix.config import ClusterConfig
    from clustrix.jobs import JobSpec
    from clustrix.staging import Submission
    from clustrix.values import Raised, Returned

R = TypeVar("R")


def start_map(
    config: ClusterConfig, function: Callable[..., R], calls: Sequence[tuple[Any, ...]], options: MapOptions
) -> MapResults[R]:
    """Make one call for each tuple of arguments. Raises what ``submit`` does."""
    if not calls:
        return MapResults((), (), options)
    hosts = [(_home_of_map(config, options.key), len(calls))] if options.key else spread(config, len(calls))
    link, name = connect(hosts[0][0]), str(getattr(function, "__name__", None) or type(function).__name__)
    unknown = Job(options.key or name, name, link, scheduler_named("process"), config.resources, _no_outcome)
    shown = partial(shown_of, name, calls)
    futures: list[CallFuture[R]] = [CallFuture(unknown, number, shown) for number in range(len(calls))]
    before, digests, taken = [], None, set()
    if options.key:
        before, digests = earlier_jobs(link, options.key, name), argument_digests(calls)
        taken = {future.number for job in take_up(before, digests, futures) for future in job.futures.values()}
    left = [number for number in range(len(calls)) if number not in taken]
    key = options.key or new_key(name)
    first = 0
    for host, count in hosts:
        theirs = left[first : first + count]
        if not theirs:
            continue
        keys = keys_of(new_key(name) if first else key, len(before))
        marks = [digests[number] for number in theirs] if digests else None
        calls_there, futures_there = [calls[number] for number in theirs], [futures[number] for number in theirs]
        _make_calls(host, function, calls_there, futures_there, options, keys, marks)
        first += count
    return MapResults(futures, calls, options, key)


def _home_of_map(config: ClusterConfig, key: str) -> ClusterConfig:
    """The one host of a pool on which a map with a key is, or is to be: what it has done lies there."""
    known = job_named(key)
    host = known.cluster.get("cluster_host") if known else None
    return config.on_host(host) if host in config.hosts else place(config)


def _make_calls(
    config: ClusterConfig,
    function: Callable[..., R],
    calls: Sequence[tuple[Any, ...]],
    futures: Sequence[CallFuture[R]],
    options: MapOptions,
    keys: Iterator[str],
    digests: Sequence[str] | None,
) -> None:
    """Capture calls and submit them; with ``digests`` their jobs stay, for a map that goes on with them."""
    reached = reach(config, function, lambda target: capture_map_for(config, function, calls, target))
    captured, scheduler, plain = reached.captured, reached.scheduler, reached.spec()
    read, cleanup = reached.prepared.reader(captured.read_outcome), config.cleanup_on_success

    def make(part: Part, key: str, calls_of: str | None) -> tuple[JobSpec, Submission, Job]:
        spec = part_spec(plain, part, key)
        if part.resources is not None:
            spec = replace(spec, resources=part.resources)
        made = make_submission(config, spec, captured, scheduler, calls_of)
        if digests is not None:
            made = describe_part(made, part, digests)
        remember(key, captured.name, config)
        job = Job(key, captured.name, reached.link, scheduler, spec.resources, read, cleanup and digests is None)
        return spec, replace(made, restore=reached.restore), job

    flow = MapFlow(reached.link, scheduler, keys, plain.resources, Retries(config.retries), make)
    CallMap(flow, futures, options, learn_limits(reached.link, scheduler, plain.resources)).start()


def _no_outcome(_: bytes) -> Returned | Raised:
    raise ResultError("a call that has not been submitted has no outcome")
