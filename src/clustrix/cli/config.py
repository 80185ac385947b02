"""The command's verbs on the configuration: ``config show``, ``config set``, ``config path``."""

from __future__ import annotations

import os
from dataclasses import fields
from datetime import timedelta
from typing import Annotated, Any

import typer

from clustrix.cli.output import AsJson, Settings, layer_of, print_json, show

app = typer.Typer(name="config", help="Show and change the configuration.", no_args_is_help=True)

Words = Annotated[
    list[str], typer.Argument(metavar="WORD=VALUE...", help="WORD= takes it out again.", show_default=False)
]


@app.command("show")
def show_config(settings: Settings = None, as_json: AsJson = False) -> None:
    """Show the configuration that a call made here would have, and who says so."""
    from clustrix.config import current_config, sources_of

    said = layer_of(settings)
    config, sources = current_config(said), sources_of(said)
    values = {item.name: getattr(config, item.name) for item in fields(config)}
    # Variables of the environment may hold what is nobody's business.
    values["environment_variables"] = dict.fromkeys(values["environment_variables"], "...")
    if as_json:
        print_json({name: {"value": _plain(value), "from": sources.get(name)} for name, value in values.items()})
        return
    show(_table({name: (value, sources[name]) for name, value in values.items() if name in sources}))


def _table(values: dict[str, tuple[Any, str]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    if not values:
        return Text("nothing is configured: calls run in a process of this machine (clustrix init)")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("WORD", "VALUE", "FROM"):
        table.add_column(title, overflow="fold")
    for name, (value, source) in values.items():
        table.add_row(name, Text(str(_plain(value))), Text(_short(source), style="dim"))
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        from clustrix.resources import format_time

        return format_time(value.total_seconds())
    return list(value) if isinstance(value, tuple) else value


def _short(path: str) -> str:
    home = os.path.expanduser("~")
    return f"~{path.removeprefix(home)}" if home != "/" and path.startswith(home + os.sep) else path


@app.command("set")
def set_words(
    words: Words,
    as_json: AsJson = False,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="NAME", help="In the table of this cluster.", show_default=False),
    ] = None,
) -> None:
    """Set parameters in your own configuration file."""
    from clustrix.config_files import user_config_path
    from clustrix.config_writing import write_words
    from clustrix.words import ALIASES, read_setting

    wanted: dict[str, Any] = {}
    for text in words:
        name, equals, value = text.partition("=")
        if equals and not value.strip():
            wanted[ALIASES.get(name.strip(), name.strip())] = None
        else:
            word, read = read_setting(text, "config set")
            wanted[word] = read
    path = user_config_path()
    write_words(path, wanted, cluster)
    if as_json:
        print_json({"path": str(path)})
    else:
        print(_short(str(path)))


@app.command("path")
def show_path(as_json: AsJson = False) -> None:
    """Print where your own configuration file is, whether it is there or not."""
    from clustrix.config_files import user_config_path

    if as_json:
        print_json({"path": str(user_config_path())})
    else:
        print(user_config_path())
