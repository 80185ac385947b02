"""What a call would ship, and why, as a page for people and as JSON."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from clustrix.errors import ConnectError
from clustrix.resources import format_memory, format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clustrix.config import ClusterConfig
    from clustrix.reports import Report
    from clustrix.resources import Resources

_WIDTH = 80


@dataclass(frozen=True)
class Place:
    """Where a call would run. ``python`` is the version there; ``unreached`` says why it could not be asked, if so."""

    where: str
    working_folder: str
    python: tuple[int, int, int]
    unreached: str = ""


@dataclass(frozen=True)
class Explanation:
    """What a call would ship, and why.

    ``str()`` is a page of at most 80 columns, ``to_dict()`` the same as JSON can hold it.
    """

    report: Report
    place: Place
    resources: Resources

    def __str__(self) -> str:
        return "\n".join(_page(self))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, texts and numbers; sizes are in bytes, times in seconds."""
        return {**self.report.to_dict(), "place": asdict(self.place), "resources": asdict(self.resources)}


def explain_call(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], config: ClusterConfig
) -> Explanation:
    """Capture a call as if it were to be made, and tell what that found.

    The cluster is asked for its Python; if it cannot be reached, this one is taken for it. Raises CaptureError or
    PackagingError where the call would.
    """
    from clustrix.capture import CaptureOptions, Target
    from clustrix.file_packaging import package_call
    from clustrix.reports import report_on

    place = find_place(config)
    options = CaptureOptions(tuple(config.include), tuple(config.exclude), tuple(config.data))
    call = package_call(function, tuple(args), dict(kwargs), Target(place.python), options)
    return Explanation(report_on(call, config.packages), place, config.resources)


def find_place(config: ClusterConfig) -> Place:
    """Ask where a call would run; nothing is raised if that cannot be reached."""
    from clustrix.reached import arrive
    from clustrix.schedulers import choose_scheduler

    host = "this machine" if config.runs_here else f"{config.cluster_host}"
    folder = f"{config.remote_work_dir.rstrip('/')}/.clustrix"
    try:
        at = arrive(config)
    except ConnectError as error:
        return Place(host, _work_below(folder), sys.version_info[:3], error.what)
    hello = at.hello
    scheduler = choose_scheduler(config, hello.commands)
    if scheduler != "process":
        where = f"a node of the cluster, through {scheduler} on {hello.fqdn or host}"
    else:
        where = "a fresh process on " + (host if config.runs_here else hello.fqdn or host)
    return Place(where, _work_below(hello.root), at.python.version)


def _work_below(root: str) -> str:
    return f"{root}/jobs/<key>/work/0"


def _page(explanation: Explanation) -> list[str]:
    report, place = explanation.report, explanation.place
    lines = [f"{report.function}  ({report.home})"]
    lines += _labelled("runs on", f"{place.where}, Python {'.'.join(map(str, place.python))}")
    if place.unreached:
        lines += _labelled("but", f"it could not be asked ({place.unreached}); this Python is taken for it")
    lines += _labelled("in", place.working_folder)
    lines += _labelled("asks for", _asked_for(explanation.resources))
    lines += _section(
        "Sources",
        [(s.name, s.path, format_memory(s.size_bytes), s.why) for s in report.sources],
        _total(report.sources),
    )
    lines += _section(
        "Values",
        [(v.name, v.type, format_memory(v.size_bytes), f"used by {v.used_by}") for v in report.globals],
        _total(report.globals),
    )
    lines += _section(
        "Third-party distributions",
        [
            (f"{d.name} {d.version}".strip(), f"import {d.imported_as}", f"used by {d.used_by}")
            if d.imported_as
            else (d.name, "", d.used_by)
            for d in report.distributions
        ],
    )
    lines += _section(
        "Data files",
        [(_from_here(d.path), f"as {d.arrives_as}", format_memory(d.size_bytes), d.why) for d in report.data_files],
        _total(report.data_files),
    )
    if report.undecided:
        lines += ["", "Could not be decided"]
        for sentence in report.undecided:
            lines += textwrap.wrap(sentence, _WIDTH - 4, initial_indent="  - ", subsequent_indent="    ")
    package, call = format_memory(report.package_bytes), format_memory(report.call_bytes)
    total = format_memory(report.package_bytes + report.call_bytes)
    return [*lines, "", f"Sends {total}: {package} of code and data files once, {call} with this call"]


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=f"  {label:8}  ", subsequent_indent=" " * 12, break_long_words=False
    )


def _section(title: str, rows: Sequence[Sequence[str]], total: str = "") -> list[str]:
    if not rows:
        return ["", f"{title}: none"]
    return ["", f"{title}: {len(rows)}" + (f", {total}" if total else ""), *_table(rows)]


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows with aligned columns of what room there is; the last column is wrapped."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    while sum(widths) + 2 * len(widths) > _WIDTH - 26:
        widths[widths.index(max(widths))] -= 1
    indent = 2 + sum(width + 2 for width in widths)
    for *cells, last in rows:
        line = "  " + "".join(f"{_shortened(cell, width):{width}}  " for cell, width in zip(cells, widths, strict=True))
        first, *further = textwrap.wrap(last, _WIDTH - indent) or [""]
        yield (line + first).rstrip()
        yield from (" " * indent + part for part in further)


def _shortened(text: str, width: int) -> str:
    """Without its middle where it is too long: both ends of a path or a name tell more."""
    if len(text) <= width:
        return text
    tail = (width - 3) * 2 // 3
    return f"{text[: width - 3 - tail]}...{text[-tail:]}"


def _asked_for(resources: Resources) -> str:
    words = [_counted(resources.cores, "core")]
    if resources.memory_bytes is not None:
        words.append(format_memory(resources.memory_bytes))
    if resources.walltime_seconds is not None:
        words.append(format_time(resources.walltime_seconds))
    if resources.gpus is not None:
        words.append(_counted(resources.gpus, "GPU") + (f" ({resources.gpu_type})" if resources.gpu_type else ""))
    for name in ("nodes", "partition", "account", "qos", "constraint"):
        if getattr(resources, name) is not None:
            words.append(f"{name} {getattr(resources, name)}")
    return ", ".join([*words, *(f"{name}={value}" for name, value in resources.extra.items())])


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("s" if count > 1 else "")


def _from_here(path: str) -> str:
    here = os.getcwd() + os.sep
    return path.removeprefix(here)


def _total(items: Iterable[Any]) -> str:
    return format_memory(sum(item.size_bytes for item in items))
