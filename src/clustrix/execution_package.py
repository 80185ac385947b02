"""A function packed into a file, for programs that send it themselves: a view on :mod:`clustrix.file_packaging`.

The file is a zip that any Python can look into: the user's package as it is sent, and what is known about the call.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from clustrix.capture import CaptureOptions, Target
from clustrix.file_packaging import package_call
from clustrix.function_analysis import DependencyGraph, analyze_function_dependencies

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig

_ID_LENGTH = 16


@dataclass(frozen=True)
class ExecutionContext:
    """Where and with what a function is to be run."""

    working_directory: str
    python_version: str
    environment_variables: Mapping[str, str]
    cluster_config: ClusterConfig
    function_args: tuple[Any, ...] = ()
    function_kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PackageInfo:
    """A package that was written. The same sources give the same ``package_id``."""

    package_id: str
    package_path: str
    function_name: str
    dependencies: DependencyGraph
    size_bytes: int
    created_at: datetime
    metadata: Mapping[str, Any]


def create_execution_context(
    cluster_config: ClusterConfig, func_args: tuple[Any, ...] = (), func_kwargs: dict[str, Any] | None = None
) -> ExecutionContext:
    """The context of a call made now, here, with the configuration's variables."""
    return ExecutionContext(
        working_directory=cluster_config.local_work_dir or os.getcwd(),
        python_version="{}.{}".format(*sys.version_info[:2]),
        environment_variables=dict(cluster_config.environment_variables),
        cluster_config=cluster_config,
        function_args=func_args,
        function_kwargs=func_kwargs or {},
    )


class FilePackager:
    """Writes packages into a folder of its own; ``folder`` chooses another."""

    def __init__(self, folder: str | None = None) -> None:
        self.folder = folder or tempfile.mkdtemp(prefix="clustrix-packages-")

    def package_function(self, func: Callable[..., Any], context: ExecutionContext) -> PackageInfo:
        """Pack a call of a function. Raises CaptureError and PackagingError as a call would."""
        config = context.cluster_config
        options = CaptureOptions(tuple(config.include), tuple(config.exclude), tuple(config.data))
        target = Target((*sys.version_info[:2], 0))
        call = package_call(func, context.function_args, dict(context.function_kwargs), target, options)
        identity = call.package.digest if call.package else "0" * 64
        package_id = identity[:_ID_LENGTH]
        metadata = {
            "python_version": context.python_version,
            "working_directory": context.working_directory,
            "external_dependencies": sorted(call.program.foreign),
            "undecided": list(call.program.undecided),
        }
        path = os.path.join(self.folder, f"clustrix_package_{package_id}.zip")
        data = _zip(call.package.data if call.package else b"", b"".join(map(bytes, call.call)), metadata)
        with open(path, "wb") as stream:
            stream.write(data)
        return PackageInfo(
            package_id=package_id,
            package_path=path,
            function_name=call.name,
            dependencies=analyze_function_dependencies(func),
            size_bytes=len(data),
            created_at=datetime.now(UTC),
            metadata=metadata,
        )


def package_function_for_execution(
    func: Callable[..., Any],
    cluster_config: ClusterConfig,
    func_args: tuple[Any, ...] = (),
    func_kwargs: dict[str, Any] | None = None,
) -> PackageInfo:
    """Pack a call of a function into a file of its own."""
    return FilePackager().package_function(func, create_execution_context(cluster_config, func_args, func_kwargs))


def _zip(package: bytes, call: bytes, metadata: Mapping[str, Any]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if package:
            with zipfile.ZipFile(io.BytesIO(package)) as inner:
                for name in inner.namelist():
                    archive.writestr(name, inner.read(name))
        archive.writestr("call", call)
        archive.writestr("metadata.json", json.dumps(metadata, indent=2, sort_keys=True))
    return stream.getvalue()
