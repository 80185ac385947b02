"""What all commands share: their exit statuses, their options, and how they speak."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustrix.shown_text import Harmless, harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, RenderableType

    from clustrix.errors import ClustrixError
    from clustrix.words import Layer

#: What a command's exit status says: fine; the function raised or its job failed; wrong usage; cannot tell.
EXIT_OK, EXIT_RAISED, EXIT_USAGE, EXIT_NOT_RUN, EXIT_INTERRUPTED = 0, 1, 2, 3, 130

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="WORD=VALUE",
        help="A parameter, as in -s memory=16GB -s cluster_host=hpc.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def known_keys(incomplete: str) -> list[str]:
    """For the shell's completion: keys of jobs submitted from this machine, the newest first; nobody is asked."""
    from clustrix.submitted_jobs import submitted_jobs

    return [job.key for job in submitted_jobs() if job.key.startswith(incomplete)][:50]


def known_hosts(incomplete: str) -> list[str]:
    """For the shell's completion: the clusters that are configured, and the hosts of ssh_config."""
    from pathlib import Path

    from clustrix.config_files import file_layers
    from clustrix.ssh_hosts import hosts_of

    clusters = [name for layer in file_layers() for name in layer.clusters]
    hosts = hosts_of(Path("~/.ssh/config").expanduser())
    return [name for name in dict.fromkeys([*clusters, *hosts]) if name.startswith(incomplete)]


def layer_of(settings: list[str] | None) -> Layer:
    """What the options ``--set`` say. Raises ConfigError."""
    from clustrix.words import Layer, read_setting

    return Layer("--set", dict(read_setting(setting, "--set") for setting in settings or ()))


def tell(message: ClustrixError | str) -> None:
    """Say something that is not the command's output."""
    print(f"clustrix: {harmless(str(message))}", file=sys.stderr)


def say(text: str) -> None:
    """Print a line, or several, of the command's output that hold words from outside."""
    print(harmless(text), flush=True)


@contextmanager
def interruptible(key: str | None = None) -> Iterator[None]:
    """Let Ctrl-C end the waiting, not the job, and say how to return to it: to ``key``, or as the exception notes."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        print(file=sys.stderr)  # after the terminal's ^C
        notes = [f"job {key} goes on\n  return to it: clustrix attach {key}\n  end it:       clustrix cancel {key}"]
        for note in notes if key else getattr(interrupt, "__notes__", ()):
            tell(note)
        sys.exit(EXIT_INTERRUPTED)


def print_json(value: Any) -> None:
    """Print a value as JSON that people can read, too."""
    print(json.dumps(value, indent=2))


def value_as_json(value: Any) -> dict[str, Any]:
    """What ``--json`` tells of a value: its repr, and itself where JSON has the like of it.

    >>> value_as_json([1, "a"]), value_as_json({1})
    ({'repr': "[1, 'a']", 'value': [1, 'a']}, {'repr': '{1}'})
    """
    told: dict[str, Any] = {"repr": repr(value)}
    try:
        alike = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return told
    return {**told, "value": value} if alike == value else told


def error_as_json(error: BaseException) -> dict[str, Any]:
    """What ``--json`` tells of an exception."""
    return {"error": {"type": type(error).__qualname__, "message": str(error)}}


def console() -> Console:
    """Standard output: in colour on a terminal; as wide as the text is where a program reads it."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False, emoji=False, markup=False)
    return Console(highlight=False, emoji=False, markup=False, width=_width(), color_system=None)


def show(what: RenderableType) -> None:
    """Print something of rich, without blanks at the ends of lines."""
    sys.stdout.write(rendered(what))


def rendered(what: RenderableType) -> str:
    """What ``show`` prints."""
    screen = console()
    with screen.capture() as captured:
        screen.print(Harmless(what))
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _width() -> int:
    import os

    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdigit() and int(columns) >= 40 else 1000
