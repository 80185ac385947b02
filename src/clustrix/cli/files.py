"""The command's verbs for files: ``clustrix ls|find|stat|du|cat|get|put|rm [HOST:]PATH``."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustrix.cli.output import EXIT_RAISED, AsJson, print_json, tell
from clustrix.progress import size_text

if TYPE_CHECKING:
    from clustrix.filesystem import ClusterFilesystem, FileInfo

Place = Annotated[
    str,
    typer.Argument(metavar="[HOST:]PATH", help="Without HOST the configured cluster.", show_default=False),
]
Places = Annotated[
    list[str],
    typer.Argument(metavar="[HOST:]PATH...", help="Without HOST the configured cluster.", show_default=False),
]
Null = Annotated[bool, typer.Option("--print0", "-0", help="End names with a null character.")]


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    for verb in (ls, find, stat, du, cat, get, put, rm):
        app.command(rich_help_panel="Files")(verb)


def ls(
    places: Places,
    long: Annotated[bool, typer.Option("--long", "-l", help="Permissions, size and time too.")] = False,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Also names that begin with a dot.")] = False,
    human: Annotated[bool, typer.Option("--human-readable", "-H", help="Sizes as 1.5 KB.")] = False,
    as_json: AsJson = False,
    null: Null = False,
) -> None:
    """List folders."""
    listed: dict[str, list[FileInfo]] = {}
    for place in places:
        with _asked(place) as (files, path):
            try:
                listed[place] = files.entries(path)
            except NotADirectoryError:
                listed[place] = [files.stat(path)]
    for place, entries in listed.items():
        listed[place] = [entry for entry in entries if everything or not entry.name.startswith(".")]
    if as_json:
        found = {place: [entry._asdict() for entry in entries] for place, entries in listed.items()}
        print_json(found if len(places) > 1 else found[places[0]])
        return
    for index, (place, entries) in enumerate(listed.items()):
        if len(places) > 1:
            if index > 0:
                _print("")
            _print(f"{place}:")
        for line in _long_lines(entries, human) if long else (entry.name for entry in entries):
            _print(line, null)


def find(
    place: Place,
    name: Annotated[str, typer.Option("--name", "-name", metavar="PATTERN", help="A shell pattern of names.")] = "*",
    kind: Annotated[str, typer.Option("--type", "-type", metavar="f|d|any", help="Files, folders or all.")] = "f",
    as_json: AsJson = False,
    null: Annotated[bool, typer.Option("--print0", "-print0", "-0", help="End names with a null character.")] = False,
) -> None:
    """List the files beneath a folder."""
    kinds = {"f": "file", "d": "dir", "file": "file", "dir": "dir", "any": "any"}
    if kind not in kinds:
        raise typer.BadParameter(f"{kind!r} is none of f, d and any", param_hint="--type")
    with _asked(place) as (files, path):
        found = files.find(name, path, type=kinds[kind])
    if as_json:
        print_json(found)
        return
    for each in found:
        _print(each, null)


def stat(places: Places, as_json: AsJson = False) -> None:
    """Tell what is known of files and folders."""
    told = []
    for place in places:
        with _asked(place) as (files, path):
            told.append(files.stat(path))
    if as_json:
        found = [entry._asdict() for entry in told]
        print_json(found if len(places) > 1 else found[0])
        return
    for place, entry in zip(places, told, strict=True):
        kind = "folder" if entry.is_dir else "file" if entry.is_file else "neither a file nor a folder"
        _print(f"{place}: {kind}, {entry.size} bytes, modified {_time(entry)}, permissions {entry.permissions}")


def du(
    places: Places,
    human: Annotated[bool, typer.Option("--human-readable", "-H", help="Sizes as 1.5 KB.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count the bytes and files beneath folders; apparent sizes, hard links once."""
    used = []
    for place in places:
        with _asked(place) as (files, path):
            used.append(files.du(path))
    if as_json:
        found = [each._asdict() for each in used]
        print_json(found if len(places) > 1 else found[0])
        return
    for place, each in zip(places, used, strict=True):
        size = size_text(each.total_bytes) if human else str(each.total_bytes)
        _print(f"{size}\t{each.file_count} files\t{place}")


def cat(places: Places) -> None:
    """Write files to standard output."""
    for place in places:
        with _asked(place) as (files, path), files.open(path, "rb") as stream:
            while piece := stream.read(8 * 1024 * 1024):
                sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def get(
    place: Place,
    local_path: Annotated[str | None, typer.Argument(metavar="[LOCAL]", show_default=False)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy a file or a folder from the cluster to here; again after a break, and it goes on."""
    with _asked(place) as (files, path):
        copied = files.get(
            path, None if local_path is None else os.path.abspath(local_path), progress=False if quiet else None
        )
    if as_json:
        print_json({"path": os.fspath(copied)})


def put(
    local_path: Annotated[str, typer.Argument(metavar="LOCAL", show_default=False)],
    place: Place,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy a file or a folder from here to the cluster; again after a break, and it goes on."""
    with _asked(place) as (files, path):
        # "host:" is where file functions begin: the file keeps its name there.
        copied = files.put(os.path.abspath(local_path), path, progress=False if quiet else None)
    if as_json:
        print_json({"path": os.fspath(copied)})


def rm(
    places: Places,
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help="Folders, with all they hold.")] = False,
    force: Annotated[bool, typer.Option("--force", "-f", help="What is not there is no error.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove files."""
    for place in places:
        with _asked(place) as (files, path):
            files.remove(path, recursive=recursive, missing_ok=force)
    if as_json:
        print_json({"removed": places})


def split_place(text: str) -> tuple[str | None, str]:
    """The host and the path.

    >>> split_place("hpc:/scratch/a:b"), split_place("./a:b"), split_place("hpc:")
    (('hpc', '/scratch/a:b'), (None, './a:b'), ('hpc', '.'))
    """
    host, colon, path = text.partition(":")
    if not colon or not host or "/" in host:
        return None, text
    return host, path or "."


@contextmanager
def _asked(place: str) -> Iterator[tuple[ClusterFilesystem, str]]:
    """The files of the host that is named, and the path; an error of a file ends the command."""
    from clustrix.config import using
    from clustrix.filesystem import ClusterFilesystem

    host, path = split_place(place)
    words: dict[str, Any] = {} if host is None else {"cluster_host": host}
    try:
        with using(**words) as config:
            yield ClusterFilesystem(config), path
    except BrokenPipeError:
        raise  # whoever reads has seen enough, as `head` has
    except OSError as error:
        tell(f"{error.filename or place}: {error.strerror or error}")
        raise typer.Exit(EXIT_RAISED) from None


def _long_lines(entries: list[FileInfo], human: bool) -> Iterator[str]:
    sizes = [size_text(entry.size) if human else str(entry.size) for entry in entries]
    width = max(map(len, sizes), default=0)
    for entry, size in zip(entries, sizes, strict=True):
        kind = "d" if entry.is_dir else "-" if entry.is_file else "?"
        yield f"{kind} {entry.permissions:>4}  {size:>{width}}  {_time(entry)}  {entry.name}"


def _time(entry: FileInfo) -> str:
    return f"{datetime.fromtimestamp(entry.modified).astimezone():%Y-%m-%d %H:%M:%S}"


def _print(text: str, null: bool = False) -> None:
    """Write a line; on a terminal a name with control characters is quoted, elsewhere its very bytes are written."""
    if sys.stdout.isatty() and not text.replace("\t", "").isprintable() and not null:
        text = shlex.quote(text.encode("unicode_escape", "backslashreplace").decode("ascii"))
    data = os.fsencode(text) + (b"\0" if null else b"\n")
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data.decode("utf-8", "replace"))
        return
    stream.write(data)
    stream.flush()
