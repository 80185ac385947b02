"""The command's first contact with a cluster: ``check`` examines one, ``init`` finds one and writes it down."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustrix.cli.output import EXIT_RAISED, AsJson, Settings, known_hosts, layer_of, print_json, rendered, say
from clustrix.errors import ConfigError
from clustrix.shown_text import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustrix.config import ClusterConfig
    from clustrix.doctor import Finding
    from clustrix.words import Layer

_MARKS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "failed": ("FAILED", "red")}
#: Hosts of code forges stand in many an ssh_config, and run no jobs.
_FORGES = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    for verb in (init, check):
        app.command(rich_help_panel="First contact")(verb)


def check(
    host: Annotated[
        str | None,
        typer.Argument(
            metavar="[HOST]",
            help="A name, an alias of ssh, or a configured cluster; else the one in force.",
            show_default=False,
            autocompletion=known_hosts,
        ),
    ] = None,
    settings: Settings = None,
    no_job: Annotated[bool, typer.Option("--no-job", help="Do not run a job in the end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Examine a cluster, from ssh's configuration to a real job on a compute node.

    The exit status is 0 if calls can run there, 1 if not.
    """
    from clustrix.doctor import title

    config = _config(host, layer_of(settings))
    if not as_json:
        say(title(config))
    findings = _examined(config, with_job=not no_job, quiet=as_json)
    if as_json:
        print_json({"cluster": title(config), "findings": [asdict(finding) for finding in findings]})
    if findings[-1].verdict == "failed":
        sys.exit(EXIT_RAISED)


def _examined(config: ClusterConfig, *, with_job: bool, quiet: bool) -> list[Finding]:
    """Examine, and show each finding as soon as it is made, unless ``quiet``."""
    from clustrix.doctor import examine
    from clustrix.live_line import show_waiting

    findings = []
    with show_waiting() as line:
        for finding in examine(config, with_job=with_job, line=line):
            findings.append(finding)
            if not quiet:
                line.print(rendered(_line(finding)))
    return findings


def _config(host: str | None, said: Layer) -> ClusterConfig:
    from clustrix.config import current_config
    from clustrix.words import Layer

    if host is None:
        return current_config(said)
    # What is configured for another cluster shall not speak for this one.
    named = Layer.of("HOST", {"cluster_host": host})
    return current_config(named, said)


def _line(finding: Finding) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for width in (6, 17):
        table.add_column(width=width, no_wrap=True)
    table.add_column(width=7, justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    word, style = _MARKS[finding.verdict]
    found = Text(finding.found)
    if finding.hint:
        found.append(f"\ntry: {finding.hint}", style="bold")
    table.add_row(Text(word, style=style), finding.tried, Text(f"{finding.seconds:.2f} s", style="dim"), found)
    return table


def init(
    host: Annotated[
        str | None,
        typer.Argument(
            metavar="[HOST]", help="Asked for if it is left out.", show_default=False, autocompletion=known_hosts
        ),
    ] = None,
    settings: Settings = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Write it as one of several clusters.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; with --yes.")] = False,
) -> None:
    """Find out what a cluster has, and write it into your configuration file."""
    from clustrix.config_files import user_config_path
    from clustrix.config_writing import toml_value, write_words

    said = layer_of(settings)
    if as_json and not yes:
        raise ConfigError("questions are no JSON", hint="clustrix init HOST --yes --json")
    if host is None:
        if yes:
            raise ConfigError("there is nobody to ask for a host", hint="clustrix init HOST --yes")
        host = _ask_host(said)
    config = _config(host, said)
    if not yes and not config.runs_here:
        _offer_key(config)
    findings = _examined(config, with_job=False, quiet=as_json)
    path = user_config_path()
    told: dict[str, Any] = {"cluster": host, "findings": [asdict(finding) for finding in findings]}
    if findings[-1].verdict == "failed":
        print_json({**told, "written": None}) if as_json else print("nothing was written")
        sys.exit(EXIT_RAISED)
    words = {"cluster_host": host, **dict(said.words), **_chosen(config, yes)}
    if not as_json:
        say("".join(f"\n  {word} = {toml_value(value)}" for word, value in words.items()))
    if not yes and not typer.confirm(f"write this to {path}?", default=True):
        sys.exit(EXIT_RAISED)
    write_words(path, words, name)
    if as_json:
        print_json({**told, "written": str(path)})
    else:
        print(f"written to {path}; clustrix check {name or host} runs a first job there")


def _offer_key(config: ClusterConfig) -> None:
    """Where ssh would ask for a password each time, offer to set up a key; what is wrong else, the examination tells."""
    from clustrix import ssh_setup
    from clustrix.cli.setup import set_up
    from clustrix.connection import ssh

    why = ssh_setup.why_no_login(config) if ssh.has_terminal() else None
    if why is None or not ssh_setup.can_be_helped(why):
        return
    say(why.what)
    if typer.confirm("shall ssh log in by a key from now on (it asks for your password once more)?", default=True):
        set_up(config)


def _ask_host(said: Layer) -> str:
    from clustrix.ssh_hosts import hosts_of

    path = said.words.get("ssh_config") or "~/.ssh/config"
    hosts = [host for host in hosts_of(Path(path).expanduser()) if host not in _FORGES][:20]
    if hosts:
        print(f"hosts in {path}:")
        for number, host in enumerate(hosts, start=1):
            print(f"  {number}  {host}")
        question = "which is the login node of your cluster (its number, or another name)?"
    else:
        question = "what is the login node of your cluster called?"
    answer: str = typer.prompt(question, prompt_suffix=" ").strip()
    return hosts[int(answer) - 1] if answer.isdigit() and 0 < int(answer) <= len(hosts) else answer


def _ask_one_of(what: str, names: Sequence[str], default: str) -> str:
    """Ask until it is one of the names."""
    while True:
        answer: str = typer.prompt(
            harmless(f"{what} ({', '.join(names)})?"), default=default, prompt_suffix=" "
        ).strip()
        if answer in names:
            return answer
        print(f"there is no {what} {answer!r}")


def _chosen(config: ClusterConfig, yes: bool) -> dict[str, Any]:
    """Further words to write: those that the person chooses among what was found."""
    from clustrix.connection import link_for
    from clustrix.site import look_around

    site, words = look_around(link_for(config)), dict[str, Any]()
    if yes:
        return words
    if len(site.partitions) > 1 and config.partition is None:
        default = next((one.name for one in site.partitions if one.is_default), "")
        names = [one.name for one in site.partitions]
        answer = _ask_one_of("partition", names, default)
        if answer != default:
            words["partition"] = answer
    if site.scratch and config.remote_work_dir == "~":
        answer = typer.prompt(
            harmless(f"work folder (~ or such as {site.scratch[0]})?"), default="~", prompt_suffix=" "
        )
        if answer != "~":
            words["remote_work_dir"] = answer
    return words
