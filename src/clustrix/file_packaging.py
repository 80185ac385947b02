"""From a Program to the bytes that travel: the package (a zip of the user's code) and the call file.

The same sources give the same bytes, from any folder, in any process: so the package's digest is its name, and it is sent once.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clustrix.capture import CaptureOptions, Program, Target, capture
from clustrix.capture.data.brought_files import code_folder, main_folder
from clustrix.capture.data.data_files import read_data
from clustrix.capture.library_state.settings import command_line
from clustrix.capture.modules.found_modules import module_source
from clustrix.capture.other_pythons.blanked import blank
from clustrix.capture.reached import UsedSource
from clustrix.random_streams import NO_STATES, states_for_call, unmoved
from clustrix.values import Raised, Returned, read_outcome
from clustrix_remote import libraries
from clustrix_remote.callfile import pack_calls
from clustrix_remote.emptied import emptied
from clustrix_remote.layout import RUNTIME_MEMBER

#: The runtime: the modules that a job needs, an explicit list.
RUNTIME_MODULES = (
    "__init__", "callfile", "definitions", "faults", "files", "layout", "outcome", "package", "libraries", "portable", "program",
    "cell", "changed", "class_bodies", "deep", "hashed", "inherited", "lambdas", "made", "modules", "moved", "own_objects", "placeholders", "postponed",
    "raised", "namesakes", "random_streams", "rebuild", "rebuilt_classes", "runner", "shipped", "signature", "source_lines", "spawned", "stateful", "trees",
    "values", "weak_references", "told_exceptions", "wrapped", "frames", "frame_arrays", "function_states", "made_dataclasses", "array_views", "type_names",
    "library_values", "memories", "not_numbers",
    # Tasks of a map.
    "items", "records", "several",
    # Workers of a pool, and its engine's driver.
    "bench", "bench_process", "pool_driver", "pool_worker", "side_by_side", "wire",
    # What cluster_ls and its kin need.
    "buffers", "cluster_functions", "disk_usage", "file_mark", "file_pieces", "file_requests", "file_streams", "file_transfers",
    "file_trees", "filesystem", "folder_walk", "job_files", "listing", "places",
)  # fmt: skip

_REMOTE_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "clustrix_remote")


@dataclass(frozen=True)
class Package:
    """A zip and its name: the sha256 of its bytes, in hexadecimal."""

    digest: str
    data: bytes


@dataclass(frozen=True)
class PackagedCall:
    """One call, ready to be sent: ``call`` are the parts of the call file, ``package`` is None if no code of the user travels."""

    program: Program
    package: Package | None
    call: list[bytes | bytearray | memoryview]
    signing_key: bytes
    #: Where its random numbers begin, as a job tells that has not moved them (see :mod:`clustrix.random_streams`).
    random_began: Mapping[str, list[Any]] = field(default_factory=lambda: NO_STATES, kw_only=True)

    @property
    def name(self) -> str:
        """The function's name."""
        return self.program.name

    @property
    def call_bytes(self) -> int:
        """The size of the call file."""
        return sum(memoryview(part).nbytes for part in self.call)

    def read_outcome(self, data: bytes | bytearray) -> Returned | Raised:
        """What became of the call (see :func:`clustrix.values.read_outcome`)."""
        return read_outcome(data, self.signing_key, self.program.home, self.name)


def package_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    target: Target,
    options: CaptureOptions | None = None,
    *,
    is_made: bool = False,
) -> PackagedCall:
    """Capture a call and pack it. Raises CaptureError or PackagingError before anything is sent.

    One that is really made has, in a program that seeds its random numbers, others than the next.
    """
    program = capture(function, args, kwargs, target, options)
    package = pack_program(program)
    signing_key = os.urandom(32)
    states = states_for_call(program.random_states) if is_made else program.random_states
    header = {**call_header(program, package, signing_key), "random": states}
    buffers = [buffer.raw() for buffer in program.buffers]
    call = pack_calls(header, [(program.pickled, buffers)])
    return PackagedCall(program, package, call, signing_key, random_began=unmoved(states))


def pack_program(program: Program) -> Package | None:
    """The zip of all code and data that the program brings; None if it brings none."""
    members: dict[str, bytes] = {}
    for used in program.sources:
        members[f"sources/{used.name}"] = _definitions(used, program.blanked_methods.get(used.source, {}))
    unpacked: dict[str, bytes] = {}
    code = code_folder(program.data_files)
    for module in program.modules:
        if module.path is not None:
            unpacked[f"{code}/{module.arrives_as}"] = (
                program.adapted_files.get(module.name) or module_source(module).data
            )
    for file in program.data_files:
        if file.member not in unpacked:
            unpacked[file.member] = read_data(file)
    if not members and not unpacked:
        return None
    arrivals = {file.member: file.arrives_as for file in program.data_files if file.arrives_as}
    if unpacked:
        manifest = {"files": sorted(unpacked), "data": arrivals}
        members["clustrix.json"] = json.dumps(manifest, sort_keys=True).encode("utf-8")
    return _pack({**members, **unpacked})


def _definitions(used: UsedSource, blanked: Mapping[ast.stmt, str]) -> bytes:
    lines = used.source.pruned(used.places).split("\n")
    for method, said in blanked.items():
        blank(lines, method, said)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def call_header(program: Program, package: Package | None, signing_key: bytes) -> dict[str, Any]:
    """The header of a call file: what the job needs to rebuild the call."""
    main = main_folder(program.data_files)
    beside_main = {file.beside: main for file in program.data_files if file.beside}
    return {
        "package": package.digest if package else None,
        "signing_key": signing_key.hex(),
        "python": list(sys.version_info[:2]),
        "libraries": libraries.library_versions(),
        "sources": {used.name: used.source.filename for used in program.sources},
        "modules": [_with_file(space, beside_main) for space in program.spaces],
        "main": main,
        "code": code_folder(program.data_files),
        "postponed": sorted(program.postponed),
        "first_in_cycle": program.first_in_cycle,
        "for_effect": list(program.for_effect),
        "words": command_line(),
        "homes": {module.arrives_as: module.path for module in program.modules if module.path is not None},
    }


def _with_file(space: dict[str, Any], beside_main: dict[str, str]) -> dict[str, Any]:
    """Where files lie beside the script, its ``__file__`` says where they are there; else it says what it says at home."""
    file = space["file"]
    if file and beside_main and os.path.dirname(file) in beside_main:
        return dict(space, file=f"{beside_main[os.path.dirname(file)]}/{os.path.basename(file)}")
    return space


@functools.cache
def runtime_package() -> Package:
    """What runs a call in a job: the job's half of clustrix_remote and, named ``clustrix``, its facade.

    It is unpacked there, once. Its members lie in a zip of their own, so that they are compressed together: half the bytes.
    """
    members = {f"clustrix_remote/{name}.py": _remote_source(name) for name in RUNTIME_MODULES}
    members["clustrix/__init__.py"] = _remote_source("facade")
    members["clustrix/filesystem.py"] = _remote_source("facade_filesystem")
    members["__main__.py"] = _remote_source("start")
    return _pack({RUNTIME_MEMBER: _zipped(sorted(members.items()), zipfile.ZIP_STORED)})


def _remote_source(name: str) -> bytes:
    with open(os.path.join(_REMOTE_FOLDER, name + ".py"), encoding="utf-8") as stream:
        return emptied(stream.read()).encode("utf-8")


def _pack(members: dict[str, bytes]) -> Package:
    return _packed(tuple(sorted(members.items())))


@functools.lru_cache(maxsize=32)
def _packed(members: Iterable[tuple[str, bytes]]) -> Package:
    data = _zipped(members, zipfile.ZIP_DEFLATED)
    return Package(hashlib.sha256(data).hexdigest(), data)


def _zipped(members: Iterable[tuple[str, bytes]], compression: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression, compresslevel=9) as archive:
        for name, data in members:
            # No time, no mode, no system of the machine that packs: they are not part of the sources.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o600 << 16, compression
            archive.writestr(entry, data)
    return stream.getvalue()


_EXECUTION_PACKAGE = frozenset(
    {"ExecutionContext", "FilePackager", "PackageInfo", "create_execution_context", "package_function_for_execution"}
)


def __getattr__(name: str) -> object:
    """Give what is known under this module's name and stands on it."""
    if name not in _EXECUTION_PACKAGE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    from importlib import import_module

    return getattr(import_module("clustrix.execution_package"), name)
