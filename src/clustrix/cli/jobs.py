"""The command's verbs on jobs that were submitted: logs, wait, result, attach, cancel."""

from __future__ import annotations

import sys
import traceback
from contextlib import nullcontext, redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustrix.cli.output import (
    EXIT_NOT_RUN,
    EXIT_RAISED,
    AsJson,
    Settings,
    error_as_json,
    interruptible,
    known_keys,
    layer_of,
    print_json,
    say,
    tell,
    value_as_json,
)
from clustrix.errors import ClustrixError, ConfigError, JobError

if TYPE_CHECKING:
    from clustrix.futures import JobFuture
    from clustrix.job_places import PlacedJob
    from clustrix.job_table import JobRow

Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="The job's key, its beginning, or its number.",
        show_default=False,
        autocompletion=known_keys,
    ),
]
Keys = Annotated[
    list[str],
    typer.Argument(
        metavar="KEY...",
        help="Keys, their beginnings, or numbers.",
        show_default=False,
        autocompletion=known_keys,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    for verb in (logs, wait, result, attach, cancel):
        app.command(rich_help_panel="Jobs")(verb)


def logs(
    key: Key,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")] = False,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Print what a job has printed; KEY_7 is task 7 of a map."""
    place = find(key, settings)
    row = row_of(place)
    if as_json:
        _logs_as_json(place, row, follow=follow)
        return
    if follow:
        _refuse_map(row)
        _follow(place)
        return
    tasks = range(row.tasks) if place.task is None else [place.task]
    if not sum(_print_log(place, task, f"== {place.key}_{task}" if len(tasks) > 1 else "") for task in tasks):
        from clustrix.state_words import state_in_words

        tell(f"{place.key} has printed nothing; it is {state_in_words(row.status)}")


def _logs_as_json(place: PlacedJob, row: JobRow, *, follow: bool) -> None:
    from clustrix.connection import link_for

    if follow:
        raise ConfigError(
            "--json tells the whole log at once", hint="without --follow; clustrix wait waits for the end"
        )
    told = []
    for task in range(row.tasks) if place.task is None else [place.task]:
        body = link_for(place.config).request("log", {"key": place.key, "task": task}, max_bytes=2**32).body
        told.append({"key": place.key, "task": task, "text": bytes(body).decode("utf-8", "replace")})
    print_json(told)


def _print_log(place: PlacedJob, task: int, title: str) -> int:
    """Print the log of one task; gives its size."""
    from clustrix.connection import link_for

    if title:
        print(title, flush=True)
    out = sys.stdout.buffer
    told = link_for(place.config).channel().start("log", {"key": place.key, "task": task}, sink=out.write).result()
    out.flush()
    return int(told.header.get("size") or 0)


def _refuse_map(row: JobRow) -> None:
    """Raises JobError for a map: its values are many, and its program knows their order."""
    if row.tasks > 1:
        raise JobError(
            f"{row.key} is a map of {row.tasks} tasks: its values go to the program that called it",
            hint=f"clustrix wait {row.key}; clustrix logs {row.key}_0 shows what its first task printed",
        )


def _follow(place: PlacedJob) -> JobFuture[Any]:
    """Print all that the job prints until it has ended."""
    from queue import SimpleQueue

    from clustrix import attaching, executor
    from clustrix.job_watch import JobWatch
    from clustrix.live_line import show_waiting

    printed: SimpleQueue[bytes | None] = SimpleQueue()
    future = attaching.find_job(place.key, place.config, kind=JobWatch)
    attaching.follow(future, printed)
    with interruptible(place.key), show_waiting(future) as line:
        executor.print_all(printed, line)
    return future


def wait(
    keys: Keys,
    timeout: Annotated[
        str | None, typer.Option("--timeout", metavar="TIME", help="At most so long, as 90min.", show_default=False)
    ] = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Wait until jobs have ended, and say how.

    The exit status is 0 if all functions returned, 1 if one raised or failed, 3 if the time was up.
    """
    from concurrent import futures

    from clustrix.resources import parse_time

    seconds = None if timeout is None else parse_time(timeout)
    found = [find(key, settings) for key in keys]
    watched = [_watch(place) for place in dict.fromkeys(found)]
    with interruptible(keys[0]):
        _, late = futures.wait(watched, seconds)
    rows = [row_of(place) for place in found]
    if as_json:
        print_json([row.to_dict() for row in rows])
    else:
        _tell_states(rows)
    if late:
        sys.exit(EXIT_NOT_RUN)
    for row in rows:
        leave_with(row)


def _watch(place: PlacedJob) -> JobFuture[Any]:
    from clustrix import attaching
    from clustrix.job_watch import JobWatch

    future = attaching.find_job(place.key, place.config, kind=JobWatch)
    if isinstance(future, JobWatch):
        future.tasks = row_of(place).tasks
    return attaching.follow(future)


def result(
    key: Key,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FILE", help="Write the value there by pickle, too.", show_default=False),
    ] = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Print the repr of the value of a job, when it is there; the job's folder stays.

    The exit status is that of ``run``: 1 if the function raised, 3 if there is no value for another reason.
    """
    from clustrix import attaching
    from clustrix.live_line import show_waiting

    place = find(key, settings)
    _refuse_map(row_of(place))
    future = attaching.follow(attaching.find_job(place.key, place.config, cleanup=False))
    with interruptible(place.key), show_waiting(future) as line:
        line.wait(future)
    _print_value(future, to, as_json=as_json)


def attach(key: Key, settings: Settings = None, as_json: AsJson = False) -> None:
    """Return to a job: print what it prints, then its value, as if ``run`` had gone on."""
    from queue import SimpleQueue

    from clustrix import attaching, executor
    from clustrix.live_line import show_waiting

    place = find(key, settings)
    _refuse_map(row_of(place))
    printed: SimpleQueue[bytes | None] = SimpleQueue()
    future = attaching.find_job(place.key, place.config, cleanup=False)
    attaching.follow(future, printed)
    # What the function prints is no JSON.
    printing = redirect_stdout(sys.stderr) if as_json else nullcontext()
    with interruptible(place.key), printing, show_waiting(future) as line:
        executor.print_all(printed, line)
    _print_value(future, None, as_json=as_json)


def _print_value(future: JobFuture[Any], to: str | None, *, as_json: bool) -> None:
    try:
        value = future.result()
    except ClustrixError:
        raise
    except Exception as error:  # the user's, whatever it is
        traceback.print_exception(error.with_traceback(None))
        if as_json:
            print_json(error_as_json(error))
        sys.exit(EXIT_RAISED)
    if to is not None:
        import pickle
        from pathlib import Path

        Path(to).write_bytes(pickle.dumps(value))
    if as_json:
        print_json(value_as_json(value))
    else:
        print(repr(value))


def cancel(keys: Keys, settings: Settings = None, as_json: AsJson = False) -> None:
    """End jobs that wait or run; their folders stay."""
    from clustrix.connection import link_for
    from clustrix.scheduler_poll import cancel_job
    from clustrix.schedulers import scheduler_named
    from clustrix.state_words import state_in_words

    told = []
    for place in [find(key, settings) for key in keys]:
        row = row_of(place)
        had_ended, words = row.status.state.ended, state_in_words(row.status)
        if not had_ended:
            cancel_job(link_for(place.config), scheduler_named(row.scheduler), row.key, row.job_id)
        told.append({"key": row.key, "cancelled": not had_ended, "was": row.status.state.value})
        if not as_json:
            say(f"{row.key} has ended already: {words}" if had_ended else f"{row.key} is cancelled; it was {words}")
    if as_json:
        print_json(told)


def find(key: str, settings: list[str] | None) -> PlacedJob:
    """The job that a person named. Raises what ``find_place`` does."""
    from clustrix.job_places import find_place

    return find_place(key, layer_of(settings))


def row_of(place: PlacedJob) -> JobRow:
    """How the job stands. Raises JobError if it is not there any more."""
    from clustrix.connection import link_for
    from clustrix.job_places import place_name
    from clustrix.job_table import job_rows

    rows = job_rows(link_for(place.config), [place.key])
    if not rows:
        raise JobError(
            f"job {place.key} is not on the cluster any more: it was fetched or cleaned",
            where=place_name(place.config),
            hint="clustrix status lists what is there",
        )
    return rows[0]


def _tell_states(rows: list[JobRow]) -> None:
    from clustrix.state_words import state_in_words

    for row in rows:
        say(f"{row.key} {state_in_words(row.status)}")


def leave_with(row: JobRow) -> None:
    """Leave with the status of a job that failed, if it did."""
    from clustrix.jobs import JobState

    if row.status.state.ended and row.status.state is not JobState.DONE:
        sys.exit(EXIT_RAISED)
