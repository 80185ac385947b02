"""What a call would ship, and why, as a page for people and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clustrix.resources import format_memory, format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clustrix.capture import Report
    from clustrix.config import ClusterConfig
    from clustrix.resources import Resources

_WIDTH = 80


@dataclass(frozen=True)
class Explanation:
    """What a call would ship, and why.

    ``str()`` is a page of at most 80 columns, ``to_dict()`` the same as JSON can hold it.
    """

    report: Report
    config: ClusterConfig

    def __str__(self) -> str:
        return "\n".join(_page(self.report, self.config))

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, texts and numbers; sizes are in bytes."""
        return {
            **self.report.to_dict(),
            "runs": destination(self.config),
            "working_folder": working_folder(self.config),
        }


def explain_call(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], config: ClusterConfig
) -> Explanation:
    """Capture a call as if it were to be made, and tell what that found.

    Raises CaptureError or PackagingError where the call would.
    """
    from clustrix.executor import capture_for

    return Explanation(capture_for(config, function, tuple(args), dict(kwargs)).report, config)


def destination(config: ClusterConfig) -> str:
    """Where a call would run, in a few words."""
    if config.cluster_type == "local":
        return "a fresh process on this machine"
    through = {"auto": "the scheduler found there", "ssh": "no scheduler"}.get(config.cluster_type, config.cluster_type)
    if config.cluster_host is None:
        return "this machine" if config.cluster_type == "auto" else f"the cluster of this machine, through {through}"
    user = f"{config.username}@" if config.username else ""
    return f"{user}{config.cluster_host}, through {through}"


def working_folder(config: ClusterConfig) -> str:
    """The folder that the call would find itself in; the job's key is made at submit."""
    return f"{config.remote_work_dir.rstrip('/')}/.clustrix/jobs/<key>/work/0"


def _page(report: Report, config: ClusterConfig) -> list[str]:
    head = [
        (report.function, f"({report.home})"),
        ("runs on", f"{destination(config)}; Python {'.'.join(map(str, report.target))}"),
        ("in", working_folder(config)),
        ("asks for", _asked_for(config.resources)),
    ]
    width = max(len(label) for label, _ in head[1:])
    lines = [" ".join(head[0]), *(f"  {label:{width}}  {text}" for label, text in head[1:])]
    lines += _section(
        "Sources", [(s.path, format_memory(s.size_bytes), s.why) for s in report.sources], _total(report.sources)
    )
    lines += _section(
        "Values of globals",
        [(g.name, g.type, format_memory(g.size_bytes), _used_by(g.used_by)) for g in report.globals],
        _total(report.globals),
    )
    lines += _section(
        "Third-party distributions",
        [
            (f"{d.name} {d.version or ''}".strip(), f"import {d.imported_as}", _used_by(d.used_by))
            for d in report.distributions
        ],
    )
    lines += _section(
        "Data files",
        [(d.path, f"as {d.arrives_as}", format_memory(d.size_bytes), d.why) for d in report.data_files],
        _total(report.data_files),
    )
    if report.undecided:
        lines += ["", "Could not be decided"]
        for sentence in report.undecided:
            lines += textwrap.wrap(sentence, _WIDTH - 4, initial_indent="  - ", subsequent_indent="    ")
    package, call = format_memory(report.package_bytes), format_memory(report.call_bytes)
    total = format_memory(report.package_bytes + report.call_bytes)
    return [*lines, "", f"Sends {total}: {package} of code (once), {call} of arguments and values (each call)"]


def _section(title: str, rows: Sequence[Sequence[str]], total: str = "") -> list[str]:
    if not rows:
        return ["", f"{title}: none"]
    return ["", f"{title}: {len(rows)}" + (f", {total}" if total else ""), *_table(rows)]


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows with aligned columns; the last is wrapped, on lines of its own where the others leave no room."""
    widths = [min(max(len(row[column]) for row in rows), 34) for column in range(len(rows[0]) - 1)]
    indent = 2 + sum(width + 2 for width in widths)
    if indent > _WIDTH - 20:
        indent = 6
    for *cells, last in rows:
        line = "  " + "".join(f"{cell:{width}}  " for cell, width in zip(cells, widths, strict=True))
        wrapped = textwrap.wrap(last, max(_WIDTH - indent, 20)) or [""]
        if len(line) > indent:
            yield line.rstrip()
        else:
            yield (line + wrapped.pop(0)).rstrip()
        yield from (" " * indent + part for part in wrapped)


def _asked_for(resources: Resources) -> str:
    words = [f"{resources.cores} core" + ("s" if resources.cores > 1 else "")]
    if resources.memory_bytes is not None:
        words.append(format_memory(resources.memory_bytes))
    if resources.walltime_seconds is not None:
        words.append(format_time(resources.walltime_seconds))
    if resources.gpus is not None:
        words.append(f"{resources.gpus} GPU" + (f" ({resources.gpu_type})" if resources.gpu_type else ""))
    for name in ("nodes", "partition", "account", "qos", "constraint"):
        if getattr(resources, name) is not None:
            words.append(f"{name} {getattr(resources, name)}")
    return ", ".join([*words, *(f"{name}={value}" for name, value in resources.extra.items())])


def _total(items: Iterable[Any]) -> str:
    return format_memory(sum(item.size_bytes for item in items))


def _used_by(names: str | Sequence[str]) -> str:
    return "used by " + (names if isinstance(names, str) else ", ".join(names))
