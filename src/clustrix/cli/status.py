"""The command's verb that shows jobs: all of them in a table for each cluster, or one with all that is known of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from clustrix.cli.jobs import find, leave_with, row_of
from clustrix.cli.output import EXIT_NOT_RUN, AsJson, Settings, known_keys, layer_of, print_json, show, tell
from clustrix.errors import ConnectError

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig
    from clustrix.job_table import JobRow

#: How many jobs that have ended are shown unless all are asked for.
SHOWN_ENDED = 20


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command(rich_help_panel="Jobs")(status)


def status(
    key: Annotated[
        str | None,
        typer.Argument(metavar="[KEY]", help="Tell all about this one.", show_default=False, autocompletion=known_keys),
    ] = None,
    settings: Settings = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Also those that ended long ago.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show your jobs and how they stand; each cluster is asked once.

    The exit status is 0, or 1 if the job KEY failed, or 3 if a cluster could not be asked.
    """
    if key is not None:
        _status_of_one(key, settings, as_json)
        return
    from clustrix.job_places import place_name, places
    from clustrix.tables import table_of

    told, unreached = [], 0
    answers = [(config, *_rows(config)) for config in places(layer_of(settings))]
    # Hosts of a pool may have the same folders: each job is shown where it runs.
    at_home = {row.key for _, rows, _ in answers for row in rows if not row.is_elsewhere}
    for config, all_rows, error in answers:
        rows = [row for row in all_rows if not (row.is_elsewhere and row.key in at_home)]
        unreached += error is not None
        told.append({"cluster": place_name(config), "error": error and error.what, "jobs": [r.to_dict() for r in rows]})
        if as_json:
            continue
        if error:
            tell(error)
            continue
        show(table_of(place_name(config), rows, None if everything else SHOWN_ENDED))
    if as_json:
        print_json({"clusters": told})
    elif not told:
        print("no jobs: nothing was submitted from here, and no cluster is configured")
    if unreached:
        sys.exit(EXIT_NOT_RUN)


def _rows(config: ClusterConfig) -> tuple[list[JobRow], ConnectError | None]:
    from clustrix.connection import link_for
    from clustrix.job_table import job_rows

    try:
        return job_rows(link_for(config)), None
    except ConnectError as error:
        return [], error


def _status_of_one(key: str, settings: list[str] | None, as_json: bool) -> None:
    from clustrix.job_places import place_name
    from clustrix.tables import details_of

    place = find(key, settings)
    row = row_of(place)
    if as_json:
        print_json({"cluster": place_name(place.config), **row.to_dict()})
    else:
        show(details_of(row, place_name(place.config)))
    leave_with(row)
