"""The command's verbs on what jobs leave on the cluster: files, fetch, clean."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustrix.cli.jobs import Key, find
from clustrix.cli.output import AsJson, Settings, layer_of, print_json, say, show, tell
from clustrix.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustrix.cleaning import Cleaned, Wish
    from clustrix.config import ClusterConfig
    from clustrix.job_on_cluster import WorkFile


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    for verb in (files, fetch, clean):
        app.command(rich_help_panel="Jobs")(verb)


def files(key: Key, settings: Settings = None, as_json: AsJson = False) -> None:
    """List what a function left in its working folder."""
    from clustrix.attaching import find_job
    from clustrix.tables import table_of_files

    place = find(key, settings)
    found = find_job(place.key, place.config).files()
    if as_json:
        print_json(
            [
                {"name": file.name, "size_bytes": file.size_bytes, "modified": file.modified, "path": file.path}
                for file in found
            ]
        )
    elif found:
        show(table_of_files(found))
    else:
        tell(f"{place.key} left no files")


def fetch(
    key: Key,
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="Files, or patterns such as '*.png'.", show_default=False)
    ],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder to lay them into.")] = Path(),
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Bring home files that a function left in its working folder."""
    from clustrix.attaching import find_job
    from clustrix.progress import ProgressLine

    place = find(key, settings)
    job = find_job(place.key, place.config)
    wanted = chosen(job.files(), names, place.key)
    to.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in wanted:
        with ProgressLine(file.name) as line:
            path = job.fetch(file.name, to, progress=partial(line, total=file.size_bytes))
        paths.append(str(path))
        if not as_json:
            say(str(path))
    if as_json:
        print_json(paths)


def chosen(found: Sequence[WorkFile], names: Sequence[str], key: str) -> list[WorkFile]:
    """The files that are named, or that a pattern matches, each once. Raises ConfigError if one says nothing."""
    wanted: dict[str, WorkFile] = {}
    for name in names:
        matching = [file for file in found if name == file.name or fnmatchcase(file.name, name)]
        if not matching:
            there = ", ".join(file.name for file in found[:10]) or "it left none"
            raise ConfigError(f"job {key} left no file {name}", hint=f"clustrix files {key} ({there})")
        wanted |= {file.name: file for file in matching}
    return list(wanted.values())


def clean(
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY]...", help="Remove these.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Remove all that ended, fetched or not.")] = False,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", metavar="TIME", help="Remove what ended so long ago, as 7d.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also jobs that wait or run: they are cancelled.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what would go.")] = False,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Remove folders of jobs on the cluster: those whose values were fetched, unless you say more.

    Packages that no job needs any more go with them.
    """
    from clustrix.cleaning import Wish
    from clustrix.resources import parse_time

    age = None if older_than is None else parse_time(older_than)
    told = [
        _clean(config, Wish(tuple(some), everything, age, force), dry_run, quiet=as_json)
        for config, some in _by_cluster(keys, settings)
    ]
    if as_json:
        print_json({"clusters": told})
    elif not told:
        print("nothing to clean: nothing was submitted from here, and no cluster is configured")


def _by_cluster(keys: list[str] | None, settings: list[str] | None) -> list[tuple[ClusterConfig, list[str]]]:
    """The clusters to clean, each with the keys named there."""
    from clustrix.job_places import places

    if not keys:
        return [(config, []) for config in places(layer_of(settings))]
    found: dict[str, tuple[ClusterConfig, list[str]]] = {}
    for key in keys:
        place = find(key, settings)
        found.setdefault(repr(place.config), (place.config, []))[1].append(place.key)
    return list(found.values())


def _clean(config: ClusterConfig, wish: Wish, dry_run: bool, *, quiet: bool) -> dict[str, Any]:
    from clustrix.cleaning import clean_cluster
    from clustrix.connection import link_for
    from clustrix.job_places import place_name

    done = clean_cluster(link_for(config), wish, dry_run=dry_run)
    if not quiet:
        _tell(place_name(config), done, wish, dry_run)
    return {"cluster": place_name(config), "dry_run": dry_run, **done.to_dict()}


def _tell(where: str, done: Cleaned, wish: Wish, dry_run: bool) -> None:
    from clustrix.state_words import state_in_words

    say(f"{where}: {done.in_words('would remove' if dry_run else 'removed')}")
    for row in done.plan.remove:
        say(f"  {row.key}  {state_in_words(row.status)}")
    if done.plan.kept:
        hint = (
            "--force cancels and removes what has not ended"
            if wish.keys or wish.all_ended
            else "--all for all that ended"
        )
        say(f"  kept: {done.plan.kept_in_words()} ({hint})")
