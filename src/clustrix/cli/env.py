"""The command's verbs on environments: what calls find on the cluster, and what was built there for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustrix.cli.output import AsJson, Settings, layer_of, print_json, say, show, tell

if TYPE_CHECKING:
    from clustrix.connection.link import Link
    from clustrix.decorator import ClusterFunction
    from clustrix.environments.build import Plan
    from clustrix.environments.preparation import Outlook

    Loader = Callable[[str, list[str] | None], ClusterFunction[..., Any]]

Target = Annotated[
    str, typer.Argument(metavar="SCRIPT.PY:FUNCTION", help="Or package.module:function.", show_default=False)
]
DAY_SECONDS = 86400.0


def register(app: typer.Typer, load: Loader) -> None:
    """Add ``clustrix env ..`` to the command; ``load`` finds the function that is named on the command line."""
    verbs = typer.Typer(help="The packages that calls find on the cluster.", no_args_is_help=True)
    verbs.command("list")(list_environments)
    verbs.command("prune")(prune)

    @verbs.command()
    def explain(target: Target, settings: Settings = None, as_json: AsJson = False) -> None:
        """Show what a function would find there, and what would be built for it; nothing is built."""
        look = _look(load(target, settings))
        if as_json:
            print_json(_as_dict(look))
        else:
            say("\n".join(_page(look)))

    @verbs.command()
    def build(
        target: Target,
        settings: Settings = None,
        fresh: Annotated[bool, typer.Option("--fresh", help="Look for newer versions, too.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Build a function's environment now, so that its first call need not wait."""
        from clustrix.environments.build import ensure
        from clustrix.live_line import show_waiting
        from clustrix.reached import TELLING

        look = _look(load(target, settings), fresh=fresh)
        if look.plan is None:
            tell(f"nothing to build: {look.outlook.ready.why if look.outlook.ready else ''}")
        else:
            with show_waiting():
                ensure(look.plan, look.link, TELLING)
        key = look.plan.key if look.plan else None
        if as_json:
            print_json({"key": key})
        elif key:
            print(key)

    app.add_typer(verbs, name="env", rich_help_panel="Calls")


@dataclass(frozen=True)
class _Look:
    """What there is to say about a function's environment. ``ready`` is what its READY says, if it is there."""

    name: str
    host: str
    link: Link
    outlook: Outlook
    plan: Plan | None
    ready: dict[str, Any] | None


def _look(function: ClusterFunction[..., Any], *, fresh: bool = False) -> _Look:
    from clustrix.environments import look
    from clustrix.environments.preparation import plan_for, script_of
    from clustrix.reached import arrive, capture_for

    plain = function.__wrapped__
    at = arrive(function.config)
    config, link, hello = at.config, at.link, at.hello
    foreign = capture_for(config, plain, (), {}, at.target).program.foreign
    outlook = look(config, at.python, foreign, script_of(plain), link)
    plan = None if outlook.ready else plan_for(outlook, config, hello, fresh=fresh)
    ready = link.request("environment", {"key": plan.key}).header.get("ready") if plan else None
    return _Look(plain.__name__, hello.hostname, link, outlook, plan, ready)


def _as_dict(look: _Look) -> dict[str, Any]:
    if look.outlook.ready is not None:
        prepared = look.outlook.ready
        return {"python": prepared.python, "why": prepared.why, "notes": list(prepared.notes), "key": None}
    plan = look.plan
    if plan is None:
        return {}
    return {
        "key": plan.key,
        "ready": look.ready is not None,
        "interpreter": plan.interpreter.path,
        "python": list(plan.interpreter.version),
        "platform": plan.interpreter.platform,
        "source": plan.source,
        "lacking": list(look.outlook.missing),
        "changed": [list(one) for one in plan.lock.changed],
        "wheels": [
            {"name": one.name, "version": one.version, "size_bytes": one.size_bytes, "sent": one.is_local}
            for one in plan.lock.wheels
        ],
    }


def _page(look: _Look) -> list[str]:
    if look.outlook.ready is not None:
        prepared = look.outlook.ready
        notes = [f"  otherwise  {note}" for note in prepared.notes]
        return [
            f"{look.name} on {look.host}",
            f"  runs with  {prepared.python}",
            f"  because    {prepared.why}",
            *notes,
        ]
    plan = look.plan
    if plan is None:
        return []
    here = {name: version for name, version, _ in plan.lock.changed}
    lines = [
        f"{look.name} on {look.host}",
        f"  runs with  {plan.interpreter}, {plan.interpreter.platform}",
        f"  wanted by  {plan.source}",
        f"  lacking    {', '.join(look.outlook.missing)}",
        f"  is         {_standing(look)}",
        "",
    ]
    for one in plan.lock.wheels:
        told = [f"{here[one.name]} here"] if one.name in here else []
        told += ["sent, as no index has it"] if one.is_local else []
        lines.append(f"  {one.name:28} {one.version:14} {one.size_bytes / 1e6:8.1f} MB  {'; '.join(told)}".rstrip())
    return [*lines, f"  {'in all':43} {plan.lock.size_bytes / 1e6:8.1f} MB"]


def _standing(look: _Look) -> str:
    key = look.plan.key if look.plan else ""
    return f"ready: {key}" if look.ready else f"built at the first call, or by clustrix env build: {key}"


def list_environments(settings: Settings = None, as_json: AsJson = False) -> None:
    """List the environments that were built on the cluster."""
    from rich.table import Table

    told = _link(settings).request("environments", {}).header
    if as_json:
        print_json(told)
        return
    table = Table("environment", "python", "packages", "last used", "used by", box=None, pad_edge=False)
    for one in told["environments"]:
        python = ".".join(str(part) for part in one.get("python", ()))
        table.add_row(one["key"], python, _names(one.get("packages", {})), _ago(one), ", ".join(one["used_by"]))
    if told["environments"]:
        show(table)
    else:
        tell(f"there is none in {told['folder']}")


def _names(packages: dict[str, str], most: int = 3) -> str:
    names = [f"{name} {version}" for name, version in packages.items()]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _ago(one: dict[str, Any]) -> str:
    days = float(one["unused_seconds"] or 0) / DAY_SECONDS
    return "today" if days < 1 else f"{days:.0f} days ago"


def prune(
    settings: Settings = None,
    unused_days: Annotated[float, typer.Option("--unused-for", metavar="DAYS", min=0)] = 30.0,
    as_json: AsJson = False,
) -> None:
    """Remove environments that were not used for some days; never what a queued or running job uses."""
    removed = _link(settings).request("prune", {"unused_seconds": unused_days * DAY_SECONDS}).header["removed"]
    if as_json:
        print_json({"removed": removed})
        return
    for key in removed:
        say(key)
    tell(f"{len(removed)} removed")


def _link(settings: list[str] | None) -> Link:
    from clustrix.config import current_config
    from clustrix.connection import link_for

    return link_for(current_config(layer_of(settings)))
