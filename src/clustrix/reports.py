"""What a call ships, and why, in numbers and names: for ``explain``."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clustrix.capture import Program, ShippedGlobal
from clustrix.capture.modules.found_modules import module_source
from clustrix.code_names import short_name
from clustrix.file_packaging import PackagedCall
from clustrix.requirements import NeededDistribution, needed_distributions


@dataclass(frozen=True)
class ShippedSource:
    """Source that travels: a module's file, or definitions out of a script, a cell or a prompt."""

    name: str
    path: str
    why: str
    size_bytes: int


@dataclass(frozen=True)
class ShippedValue:
    """A global or closure variable that travels by value."""

    name: str
    type: str
    size_bytes: int
    used_by: str


@dataclass(frozen=True)
class ShippedData:
    """A data file that travels, and where it arrives."""

    path: str
    arrives_as: str
    why: str
    size_bytes: int


@dataclass(frozen=True)
class Report:
    """All that a call ships. Sizes are in bytes; ``target`` is the cluster's Python."""

    function: str
    home: str
    target: tuple[int, int, int]
    sources: tuple[ShippedSource, ...]
    globals: tuple[ShippedValue, ...]
    distributions: tuple[NeededDistribution, ...]
    data_files: tuple[ShippedData, ...]
    undecided: tuple[str, ...]
    package_bytes: int
    call_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, texts and numbers."""
        return dataclasses.asdict(self)


def report_on(call: PackagedCall, packages: Sequence[str] = ()) -> Report:
    """The report on a packaged call; ``packages`` are further distributions that the user has named."""
    program = call.program
    return Report(
        function=program.name,
        home=program.defined_at,
        target=program.target.version,
        sources=(*_definitions(call), *_modules(call)),
        globals=tuple(_value(one) for one in program.globals if one.type not in ("function", "type", "module")),
        distributions=(
            *needed_distributions(program.foreign),
            *(NeededDistribution(name, "", "", "packages=") for name in packages),
        ),
        data_files=_data_files(program),
        undecided=program.undecided,
        package_bytes=len(call.package.data) if call.package else 0,
        call_bytes=call.call_bytes,
    )


def _data_files(program: Program) -> tuple[ShippedData, ...]:
    """Each once: what lies in the working folder and beside the script is found from both."""
    told: dict[tuple[str, str], ShippedData] = {}
    for file in program.data_files:
        arrives_as = file.arrives_as or file.member.partition("/")[2]
        told.setdefault((file.path, arrives_as), ShippedData(file.path, arrives_as, file.why, file.size_bytes))
    return tuple(told.values())


def _definitions(call: PackagedCall) -> list[ShippedSource]:
    found = []
    for used in call.program.sources:
        for place in used.places:
            lines = used.source.lines[place.first_line - 1 : place.last_line]
            where = f"{short_name(used.source.filename)}:{place.node.lineno}"
            why = "the function" if place.name == call.name else "reached by it"
            found.append(ShippedSource(place.qualname, where, why, len("\n".join(lines).encode())))
    return found


def _modules(call: PackagedCall) -> list[ShippedSource]:
    program = call.program
    return [
        ShippedSource(
            module.name,
            module.arrives_as,
            f"imported by {program.reached_by[module.name]}",
            len(module_source(module).data),
        )
        for module in program.modules
        if module.path is not None
    ]


def _value(one: ShippedGlobal) -> ShippedValue:
    return ShippedValue(one.name, one.type, _size(one.value), one.used_by)


def _size(value: Any) -> int:
    try:
        return len(pickle.dumps(value, 4))
    except Exception:  # it travels by other means than plain pickle: a size is not worth finding them
        return 0
