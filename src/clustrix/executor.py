"""ClusterExecutor: the whole flow of a call on one screen, and ``attach``, which returns to one."""

from __future__ import annotations

import os
import posixpath
import re
import time
from codecs import getincrementaldecoder
from concurrent.futures import Executor
from concurrent.futures import wait as wait_for
from dataclasses import asdict, dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar

from clustrix import environments
from clustrix.capture import CaptureOptions, Target
from clustrix.capture.arguments import argument_digests
from clustrix.connection import link_for
from clustrix.errors import JobError, ResultError
from clustrix.file_packaging import package_call, runtime_package
from clustrix.futures import Job, JobFuture
from clustrix.jobs import JobSpec
from clustrix.live_line import say, show_waiting
from clustrix.map_futures import CallFuture
from clustrix.map_packaging import package_map
from clustrix.map_resuming import earlier_jobs, take_up
from clustrix.mapping import CallMap, MapFlow, MapOptions, MapResults, keys_of, map_options, shown_of, take_calls
from clustrix.resources import Resources, format_memory
from clustrix.scheduler_poll import find_job_id, learn_site
from clustrix.schedulers import choose_scheduler, job_id_of, scheduler_named
from clustrix.site_limits import learn_limits
from clustrix.staging import Submission, submit
from clustrix.submitted_jobs import config_for, job_named, remember
from clustrix.values import read_outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clustrix.array_plan import Part
    from clustrix.config import ClusterConfig
    from clustrix.connection import Hello
    from clustrix.connection.link import Link
    from clustrix.environments import Prepared
    from clustrix.file_packaging import PackagedCall
    from clustrix.live_line import Line
    from clustrix.schedulers import Scheduler
    from clustrix.values import Raised, Returned

P = ParamSpec("P")
R = TypeVar("R")
CapturedT = TypeVar("CapturedT", bound="PackagedCall")

FORMAT_VERSION = 1


@dataclass(frozen=True)
class _Reached(Generic[CapturedT]):
    """A cluster that is ready for what was captured."""

    link: Link
    hello: Hello
    captured: CapturedT
    prepared: Prepared
    scheduler: Scheduler
    restore: Callable[[], object]


class ClusterExecutor(Executor):
    """Runs functions on the cluster of one configuration; a ``concurrent.futures.Executor``.

    >>> with ClusterExecutor(ClusterConfig(cluster_type="local")) as executor:  # doctest: +SKIP
    ...     executor.submit(pow, 2, 10).result()
    1024
    """

    def __init__(self, config: ClusterConfig | None = None) -> None:
        if config is None:
            from clustrix.config import current_config

            config = current_config()
        self.config = config
        self._futures: list[JobFuture[Any]] = []
        self._is_shut_down = False

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> JobFuture[R]:
        """Start a call on the cluster and return at once.

        What cannot travel (CaptureError, PackagingError) and a cluster that cannot be reached (ConnectError) are
        raised here; all else by the future.
        """
        return self._start(function, args, kwargs, None)

    def call(self, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        """Make a call and wait for its value, while what it prints is written to ``sys.stdout``."""
        printed: SimpleQueue[bytes | None] = SimpleQueue()
        with show_waiting() as line:
            future = self._start(function, args, kwargs, printed)
            line.follow(future)
            try:
                print_all(printed, line)
            except KeyboardInterrupt as interrupt:
                interrupt.add_note(future.how_to_return())
                raise
        return future.result()

    def map(
        self,
        fn: Callable[..., R],
        /,
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int | Literal["auto"] = 1,
        return_exceptions: bool = False,
        key: str | None = None,
    ) -> MapResults[R]:
        """Call ``fn`` for each item, or each tuple of items of several iterables: all in as few jobs as possible.

        The values come in order; see docs/maps.md. ``chunksize`` calls are made one after another by one task.
        """
        words = {"timeout": timeout, "chunksize": chunksize, "return_exceptions": return_exceptions, "key": key}
        return self.start_map(fn, take_calls(zip(*iterables, strict=False)), map_options(words))

    def start_map(
        self, function: Callable[..., R], calls: Sequence[tuple[Any, ...]], options: MapOptions
    ) -> MapResults[R]:
        """Make one call for each tuple of arguments. Raises what ``submit`` does."""
        if not calls:
            return MapResults((), (), options)
        link, name = self._connect(), str(getattr(function, "__name__", None) or type(function).__name__)
        unknown = Job(options.key or name, name, link, scheduler_named("process"), self.config.resources, _no_outcome)
        shown = partial(shown_of, name, calls)
        futures: list[CallFuture[R]] = [CallFuture(unknown, number, shown) for number in range(len(calls))]
        before, digests, taken = [], None, set()
        if options.key:
            before, digests = earlier_jobs(link, options.key, name), argument_digests(calls)
            taken = {future.number for job in take_up(before, digests, futures) for future in job.futures.values()}
        left = [number for number in range(len(calls)) if number not in taken]
        key = options.key or new_key(name)
        if left:
            keys = keys_of(key, len(before))
            marks = [digests[number] for number in left] if digests else None
            self._make_calls(
                function, [calls[number] for number in left], [futures[number] for number in left], options, keys, marks
            )
        self._futures = [each for each in self._futures if not each.done()] + [*futures]
        return MapResults(futures, calls, options, key)

    def _make_calls(
        self,
        function: Callable[..., R],
        calls: Sequence[tuple[Any, ...]],
        futures: Sequence[CallFuture[R]],
        options: MapOptions,
        keys: Iterator[str],
        digests: Sequence[str] | None,
    ) -> None:
        """Capture calls and submit them; with ``digests`` their jobs stay, for a map that goes on with them."""
        reached = self._reach(function, lambda python: capture_map_for(self.config, function, calls, python))
        captured, scheduler, plain = reached.captured, reached.scheduler, self._spec(reached)
        read, cleanup = reached.prepared.reader(captured.read_outcome), self.config.cleanup_on_success

        def make(part: Part, key: str, calls_of: str | None) -> tuple[JobSpec, Submission, Job]:
            spec = part_spec(plain, part, key)
            made = make_submission(self.config, spec, captured, scheduler, calls_of)
            if digests is not None:
                made = describe_part(made, part, digests)
            remember(key, captured.name, self.config)
            job = Job(key, captured.name, reached.link, scheduler, spec.resources, read, cleanup and digests is None)
            return spec, replace(made, restore=reached.restore), job

        flow = MapFlow(reached.link, scheduler, keys, plain.resources.max_parallel, make)
        CallMap(flow, futures, options, learn_limits(reached.link, scheduler, plain.resources)).start()

    def _connect(self) -> Link:
        if self._is_shut_down:
            raise RuntimeError("cannot submit after shutdown")
        link = link_for(self.config)
        if not (link.is_open or self.config.runs_here):
            say(f"connecting to {self.config.cluster_host} ... ", now=True)
        return link

    def _reach(
        self, function: Callable[..., R], capture: Callable[[tuple[int, int, int]], CapturedT]
    ) -> _Reached[CapturedT]:
        """Connect, capture for the Python that will run it, and have there what it imports."""
        link = self._connect()
        hello = link.channel().hello
        chosen = environments.choose_interpreter(self.config, hello, link)
        captured = capture(chosen.version)
        prepare = partial(environments.prepare, self.config, chosen, captured.program.foreign, function, hello, link)
        prepared = prepare()
        scheduler = learn_site(link, scheduler_named(choose_scheduler(self.config, hello.commands)))
        return _Reached(link, hello, captured, prepared, scheduler, partial(prepare, again=True))

    def _spec(self, reached: _Reached[CapturedT]) -> JobSpec:
        spec = job_spec(self.config, reached.hello, reached.captured, reached.prepared)
        return replace(spec, resources=self.config.resources_on(reached.scheduler.name))

    def _start(
        self,
        function: Callable[..., R],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        printed: SimpleQueue[bytes | None] | None,
    ) -> JobFuture[R]:
        reached = self._reach(function, lambda python: capture_for(self.config, function, args, kwargs, python))
        link, captured, scheduler, spec = reached.link, reached.captured, reached.scheduler, self._spec(reached)
        submission = replace(make_submission(self.config, spec, captured, scheduler), restore=reached.restore)
        read, cleanup = reached.prepared.reader(captured.read_outcome), self.config.cleanup_on_success
        future: JobFuture[R] = JobFuture(Job(spec.key, captured.name, link, scheduler, spec.resources, read, cleanup))
        if printed is not None:
            future.listen(printed)
        future.subscribe(follow=printed is not None)
        say(f"staging {format_memory(submission.bytes_to_send(link.packages))}")
        # First: a program that is killed right after must be able to find its job again.
        remember(spec.key, captured.name, self.config)
        submit(link, submission).add_done_callback(partial(future.on_submitted, spec=spec))
        self._futures = [each for each in self._futures if not each.done()] + [future]
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; with ``wait`` until all have ended. The connection stays, for others use it too."""
        self._is_shut_down = True
        for future in self._futures:
            if cancel_futures:
                future.cancel()
        if wait:
            wait_for(self._futures)


def job_spec(config: ClusterConfig, hello: Hello, captured: PackagedCall, prepared: Prepared) -> JobSpec:
    """The job for a call: where its folder is, and what it runs."""
    key = new_key(captured.name)
    folder = posixpath.join(hello.root, "jobs", key)
    runtime = posixpath.join(hello.root, "packages", runtime_package().digest)
    resources = config.resources
    return JobSpec(
        key=key,
        name=resources.name or _safe_name(captured.name),
        folder=folder,
        command=(prepared.python, runtime, folder),
        resources=resources,
        module_loads=tuple(config.module_loads),
        environment_variables={**prepared.variables, **config.environment_variables},
        unset_variables=prepared.unset_variables,
        environment=prepared.key,
        pre_execution_commands=tuple(config.pre_execution_commands),
    )


def new_key(name: str) -> str:
    """A job's key: the function's name to know it by, and 40 random bits.

    >>> len(new_key("fit")), new_key("<lambda>")[:7]
    (14, 'lambda-')
    """
    return f"{_safe_name(name)}-{os.urandom(5).hex()}"


def _safe_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name.rpartition(".")[2]).strip("-_")[:40] or "call"


def _no_outcome(_: bytes) -> Returned | Raised:
    raise ResultError("a call that has not been submitted has no outcome")


def describe_part(made: Submission, part: Part, digests: Sequence[str]) -> Submission:
    """The submission of a part that a map may go on with: job.json says which calls it makes, of which arguments."""
    about = {"map": [part.first, part.count, part.chunk], "arguments": digests[part.first : part.first + part.count]}
    return replace(made, header={**made.header, "job": {**made.header["job"], **about}})


def part_spec(plain: JobSpec, part: Part, key: str) -> JobSpec:
    """The job for a part of a map."""
    folder = posixpath.join(posixpath.dirname(plain.folder), key)
    command = (*plain.command[:-1], folder, part.word)
    return replace(plain, key=key, folder=folder, command=command, tasks=part.tasks, chunk=part.chunk)


def make_submission(
    config: ClusterConfig, spec: JobSpec, captured: PackagedCall, scheduler: Scheduler, calls_of: str | None = None
) -> Submission:
    """All that is sent for a job; ``calls_of`` is the job that has the same call file, if it is there already."""
    packages = [runtime_package(), *([captured.package] if captured.package else [])]
    header = {
        "key": spec.key,
        "job": describe_job(config, spec, captured, scheduler),
        "script": scheduler.submit_script(spec),
        "argv": scheduler.submit_argv(spec),
        "find_argv": scheduler.find_argv(spec),
        "environment": spec.environment or None,
        "unpack": [runtime_package().digest],
        "calls_of": calls_of,
    }
    return Submission(header, packages, () if calls_of else captured.call)


def describe_job(config: ClusterConfig, spec: JobSpec, captured: PackagedCall, scheduler: Scheduler) -> dict[str, Any]:
    """What job.json says: all that is needed to return to the job from another machine. Only its owner can read it."""
    asked = {name: value for name, value in asdict(spec.resources).items() if value not in (None, {})}
    return {
        "format": FORMAT_VERSION,
        "key": spec.key,
        "name": captured.name,
        "function": captured.program.defined_at,
        "created": time.time(),
        "client": {"host": _host(), "user": _user()},
        "scheduler": scheduler.name,
        "tasks": spec.tasks,
        "resources": asked,
        "cluster": {"cluster_type": config.cluster_type, "cluster_host": config.cluster_host},
        "files": os.path.abspath(config.local_work_dir or os.curdir) if config.runs_here else None,
        "python": list(captured.program.target.version),
        "environment": spec.environment or None,
        "package": captured.package.digest if captured.package else None,
        "data": [file.arrives_as for file in captured.program.data_files if file.arrives_as],
        "signing_key": captured.signing_key.hex(),
        "cleanup_on_success": config.cleanup_on_success,
    }


def _user() -> str:
    return next((os.environ[name] for name in ("LOGNAME", "USER", "USERNAME") if name in os.environ), "")


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def attach(key: str, config: ClusterConfig | None = None) -> JobFuture[Any]:
    """Return to a job that was submitted earlier, by this process or another, from this machine or another.

    Where a job is that was submitted from this machine, is known; else ``config``, or the one in force, says it.
    Raises ConnectError, and JobError if the cluster has no such job.
    """
    return follow(find_job(key, config))


def find_job(
    key: str,
    config: ClusterConfig | None = None,
    *,
    cleanup: bool | None = None,
    kind: type[JobFuture[Any]] = JobFuture,
) -> JobFuture[Any]:
    """A job that was submitted earlier, with its logs and files; nothing is heard of it until it is followed.

    ``cleanup`` says whether its folder goes when its value is fetched, by default as it was said at submission. Raises
    what ``attach`` does.
    """
    link = link_for(config or _config_of(key))
    try:
        told = link.request("job", {"key": key, "settled": True}).header
    except FileNotFoundError:
        raise JobError(f"there is no job {key}", where=link.channel().where, hint="clustrix status") from None
    described, submitted = told["description"], told.get("submitted") or {}
    scheduler = scheduler_named(str(described["scheduler"]))
    read = partial(read_outcome, signing_key=bytes.fromhex(described["signing_key"]), name=str(described["name"]))
    resources = Resources(**described.get("resources", {}))
    cleanup = bool(described.get("cleanup_on_success")) if cleanup is None else cleanup
    future = kind(Job(key, str(described["name"]), link, scheduler, resources, read, cleanup))
    future.job_id = job_id_of(scheduler, submitted.get("answer"), key)
    if not submitted and not told["tasks"]:
        future.job_id = _look_for(future, link, scheduler)
    return future


def _look_for(future: JobFuture[Any], link: Link, scheduler: Scheduler) -> str:
    """The id of a job whose submission was never answered. Raises JobError if the scheduler has no such job."""
    name = future.resources.name or _safe_name(future.name)
    argv = scheduler.find_argv(JobSpec(future.key, name, "", (), future.resources))
    found = find_job_id(link, scheduler, argv) if argv else None
    if found is None:
        raise JobError(
            f"job {future.key} is on the cluster, but {scheduler.name} has no such job: its submission was interrupted",
            where=link.channel().where,
            hint="the function was not run; call it again",
        )
    return found


def follow(future: JobFuture[R], printed: SimpleQueue[bytes | None] | None = None) -> JobFuture[R]:
    """Hear of a found job's events, and have what it prints put into ``printed``. Raises ConnectError."""
    if printed is not None:
        future.listen(printed)
    future.on_attached()
    future.subscribe(follow=printed is not None)
    future.watch()
    return future


def _config_of(key: str) -> ClusterConfig:
    from clustrix.config import current_config

    known = job_named(key)
    return config_for(known) if known else current_config()


def print_all(printed: SimpleQueue[bytes | None], line: Line) -> None:
    """Write what comes out of the queue to ``sys.stdout``, until None, and keep the line up to date."""
    decode = getincrementaldecoder("utf-8")("replace").decode
    while True:
        try:
            piece = printed.get(timeout=line.pause_seconds)
        except Empty:
            line.tick()
            continue
        text = decode(piece or b"", piece is None)
        if text:
            line.write(text)
        if piece is None:
            return


def capture_for(
    config: ClusterConfig,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    python: tuple[int, int, int],
) -> PackagedCall:
    """Capture a call as it would be sent to that Python. Raises CaptureError and PackagingError."""
    options = CaptureOptions(tuple(config.include), tuple(config.exclude), tuple(config.data))
    return package_call(function, args, kwargs, Target(python), options)


def capture_map_for(
    config: ClusterConfig,
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    python: tuple[int, int, int],
) -> PackagedCall:
    """``capture_for`` many calls."""
    options = CaptureOptions(tuple(config.include), tuple(config.exclude), tuple(config.data))
    return package_map(function, calls, Target(python), options)
