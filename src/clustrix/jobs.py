"""The words for jobs: what is asked for (JobSpec), how it stands (JobState, JobStatus), what it used (Usage).

The words are those of PSI/J and of Slurm's own documentation.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clustrix.resources import Resources


class JobState(enum.Enum):
    """How a job stands. The value is the word that people see."""

    STAGING = "staging"
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out of memory"
    NODE_FAIL = "node failed"
    PREEMPTED = "preempted"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of the job."""
        return self not in (JobState.STAGING, JobState.PENDING, JobState.RUNNING, JobState.UNKNOWN)


@dataclass(frozen=True, slots=True)  # slots, as each of a map's 100,000 calls has one
class JobStatus:
    """How one job (or one task of an array) stands, as the scheduler or the job's own files tell it.

    ``word`` is the scheduler's own, kept as it came; ``reason`` its reason in plain words; ``can_start`` is False for a
    pending job that never will; ``max_rss_bytes`` is what a job that was killed had used at most. ``may_be_ending`` is said
    where the scheduler calls ended what is only about to: it has been told to end, and may yet write down how it does.
    """

    state: JobState
    word: str = ""
    reason: str = ""
    node: str = ""
    exit_code: int | None = None
    signal: int | None = None
    elapsed_seconds: float | None = None
    can_start: bool = True
    max_rss_bytes: int | None = None
    may_be_ending: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What a finished task used."""

    max_rss_bytes: int | None = None
    cpu_seconds: float | None = None
    elapsed_seconds: float | None = None


@dataclass(frozen=True)
class CommandAnswer:
    """What a command on the login node gave back."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class JobSpec:
    """One job as a scheduler adapter needs it: pure data, nothing that must be looked up.

    ``command`` is the runner's command line without the task number, which the script appends; ``tasks`` > 1 asks for
    an array numbered from 0, each of which makes up to ``chunk`` calls. ``folder`` is the job's folder on the cluster. ``unset_variables`` are taken from it
    when its modules have been loaded; ``environment`` is the key of the environment that was built for it, if one was.
    """

    key: str
    name: str
    folder: str
    command: tuple[str, ...]
    resources: Resources
    tasks: int = 1
    chunk: int = 1
    module_loads: tuple[str, ...] = ()
    environment_variables: dict[str, str] = field(default_factory=dict)
    unset_variables: tuple[str, ...] = ()
    environment: str = ""
    pre_execution_commands: tuple[str, ...] = ()
