"""The command ``clustrix``."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import nullcontext, redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

import typer

import clustrix
from clustrix.cli import check, config, env, files, folders, jobs, setup, status, top
from clustrix.cli.output import (
    EXIT_INTERRUPTED,
    EXIT_NOT_RUN,
    EXIT_RAISED,
    EXIT_USAGE,
    AsJson,
    Settings,
    error_as_json,
    interruptible,
    layer_of,
    print_json,
    say,
    tell,
    value_as_json,
)
from clustrix.errors import ClustrixError, ConfigError

if TYPE_CHECKING:
    from clustrix.decorator import ClusterFunction

app = typer.Typer(
    name="clustrix",
    help="Run Python functions on a cluster.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)

# In the order of the page that --help shows.
check.register(app)
setup.register(app)
app.add_typer(config.app, rich_help_panel="First contact")

Target = Annotated[
    str, typer.Argument(metavar="SCRIPT.PY:FUNCTION", help="Or package.module:function.", show_default=False)
]
#: What looks like an option and is none, such as -3, is the function's.
_TAKES_ANYTHING = {"ignore_unknown_options": True}


def main() -> None:
    """Run the command and leave with its status: 1 the function raised, 2 wrong usage, 3 the call could not be made."""
    try:
        app(standalone_mode=True, prog_name="clustrix")
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:  # as in `clustrix logs KEY | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_NOT_RUN)
    except ConfigError as error:
        tell(error)
        sys.exit(EXIT_USAGE)
    except ClustrixError as error:
        tell(error)
        sys.exit(EXIT_NOT_RUN)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"clustrix {clustrix.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """What stands before the command's name."""


@app.command(context_settings=_TAKES_ANYTHING, rich_help_panel="Calls")
def run(
    target: Target,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ARGUMENT]...", help="Python literals or texts; NAME=ARGUMENT by name.", show_default=False
        ),
    ] = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Run a function on the cluster and print the repr of its value.

    After -- everything is the function's.

    The exit status is 1 if the function raises, 2 if the command is wrong, 3 if there was no value for another reason.
    """
    function = _load(target, settings)
    args, kwargs = _read_arguments(function, arguments)
    try:
        # What the function prints is no JSON.
        with interruptible(), redirect_stdout(sys.stderr) if as_json else nullcontext():
            value = function(*args, **kwargs)
    except ClustrixError:
        raise
    except Exception as error:  # the user's, whatever it is
        traceback.print_exception(error.with_traceback(None))  # its cause tells where
        if as_json:
            print_json(error_as_json(error))
        sys.exit(EXIT_RAISED)
    if as_json:
        print_json(value_as_json(value))
    else:
        print(repr(value))


@app.command(context_settings=_TAKES_ANYTHING, rich_help_panel="Calls")
def explain(
    target: Target,
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ARGUMENT]...", help="As for run; may be left out.", show_default=False),
    ] = None,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Show what a call would ship, and why; nothing is sent."""
    from clustrix.explain import explain_call

    function = _load(target, settings)
    args, kwargs = _read_arguments(function, arguments) if arguments else ([], {})
    explanation = explain_call(function.__wrapped__, args, kwargs, function.config)
    if as_json:
        print_json(explanation.to_dict())
    else:
        say(str(explanation))


def _load(target: str, settings: list[str] | None) -> ClusterFunction[..., Any]:
    from clustrix.decorator import ClusterFunction, cluster
    from clustrix.scripts import load_function

    words = dict(layer_of(settings).words)
    try:
        found = load_function(target)
    except ClustrixError:
        raise
    except Exception as error:  # the script's own
        traceback.print_exception(error)
        sys.exit(EXIT_RAISED)
    function: ClusterFunction[..., Any] = found if isinstance(found, ClusterFunction) else cluster(found)
    return function.options(**words) if words else function


def _read_arguments(function: ClusterFunction[..., Any], texts: list[str] | None) -> tuple[list[Any], dict[str, Any]]:
    from clustrix.binding import check_call
    from clustrix.scripts import read_arguments

    args, kwargs = read_arguments(function, texts or ())
    try:
        check_call(function.__wrapped__, tuple(args), kwargs)
    except TypeError as error:
        raise typer.BadParameter(str(error)) from None
    return args, kwargs


status.register(app)
jobs.register(app)
top.register(app)
folders.register(app)
files.register(app)
env.register(app, _load)
