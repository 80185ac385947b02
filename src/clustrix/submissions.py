"""What is sent for a job: its specification, its description in job.json, and the request that submits it."""

from __future__ import annotations

import os
import posixpath
import re
import sys
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from clustrix.file_packaging import runtime_package
from clustrix.jobs import JobSpec
from clustrix.staging import Submission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustrix.array_plan import Part
    from clustrix.config import ClusterConfig
    from clustrix.connection import Hello
    from clustrix.environments import Prepared
    from clustrix.file_packaging import PackagedCall
    from clustrix.schedulers import Scheduler

FORMAT_VERSION = 1


def job_spec(config: ClusterConfig, hello: Hello, captured: PackagedCall, prepared: Prepared) -> JobSpec:
    """The job for a call: where its folder is, and what it runs."""
    key = new_key(captured.name)
    folder = posixpath.join(hello.root, "jobs", key)
    runtime = posixpath.join(hello.root, "packages", runtime_package().digest, "__main__.py")
    resources = config.resources
    return JobSpec(
        key=key,
        name=resources.name or safe_name(captured.name),
        folder=folder,
        command=(prepared.python, *_as_here(), runtime, folder),
        resources=resources,
        module_loads=tuple(config.module_loads),
        environment_variables={**prepared.variables, **config.environment_variables},
        unset_variables=prepared.unset_variables,
        environment=prepared.key,
        pre_execution_commands=tuple(config.pre_execution_commands),
    )


def _as_here() -> list[str]:
    """How Python is started here, where that says what code means: ``-O`` leaves out what is asserted."""
    return ["-" + "O" * sys.flags.optimize] if sys.flags.optimize else []


def new_key(name: str) -> str:
    """A job's key: the function's name to know it by, and 40 random bits.

    >>> len(new_key("fit")), new_key("<lambda>")[:7]
    (14, 'lambda-')
    """
    return f"{safe_name(name)}-{os.urandom(5).hex()}"


def safe_name(name: str) -> str:
    """A function's name with nothing in it that a scheduler or a file system minds."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name.rpartition(".")[2]).strip("-_")[:40] or "call"


def describe_part(made: Submission, part: Part, digests: Sequence[str]) -> Submission:
    """The submission of a part that a map may go on with: job.json says which calls it makes, of which arguments."""
    about = {"map": [part.first, part.count, part.chunk], "arguments": digests[part.first : part.first + part.count]}
    return replace(made, header={**made.header, "job": {**made.header["job"], **about}})


def part_spec(plain: JobSpec, part: Part, key: str) -> JobSpec:
    """The job for a part of a map."""
    folder = posixpath.join(posixpath.dirname(plain.folder), key)
    command = (*plain.command[:-1], folder, part.word)
    return replace(plain, key=key, folder=folder, command=command, tasks=part.tasks, chunk=part.chunk)


def make_submission(
    config: ClusterConfig, spec: JobSpec, captured: PackagedCall, scheduler: Scheduler, calls_of: str | None = None
) -> Submission:
    """All that is sent for a job; ``calls_of`` is the job that has the same call file, if it is there already."""
    packages = [runtime_package(), *([captured.package] if captured.package else [])]
    header = {
        "key": spec.key,
        "job": describe_job(config, spec, captured, scheduler),
        "script": scheduler.submit_script(spec),
        "argv": scheduler.submit_argv(spec),
        "find_argv": scheduler.find_argv(spec),
        "environment": spec.environment or None,
        "unpack": [runtime_package().digest],
        "calls_of": calls_of,
    }
    return Submission(header, packages, () if calls_of else captured.call)


def describe_job(config: ClusterConfig, spec: JobSpec, captured: PackagedCall, scheduler: Scheduler) -> dict[str, Any]:
    """What job.json says: all that is needed to return to the job from another machine. Only its owner can read it."""
    asked = {name: value for name, value in asdict(spec.resources).items() if value not in (None, {})}
    return {
        "format": FORMAT_VERSION,
        "key": spec.key,
        "name": captured.name,
        "function": captured.program.defined_at,
        "created": time.time(),
        "client": {"host": _host(), "user": _user()},
        "scheduler": scheduler.name,
        "tasks": spec.tasks,
        "resources": asked,
        "cluster": {"cluster_type": config.cluster_type, "cluster_host": config.cluster_host},
        "files": os.path.abspath(config.local_work_dir or os.curdir) if config.runs_here else None,
        "python": list(captured.program.target.version),
        "environment": spec.environment or None,
        "package": captured.package.digest if captured.package else None,
        "data": [file.arrives_as for file in captured.program.data_files if file.arrives_as],
        "signing_key": captured.signing_key.hex(),
        "cleanup_on_success": config.cleanup_on_success,
    }


def _user() -> str:
    return next((os.environ[name] for name in ("LOGNAME", "USER", "USERNAME") if name in os.environ), "")


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
