"""Scheduler adapters: pure text. They make scripts and commands, and read answers; nothing is run here.

An answer is parsed, never asserted: a word that an adapter does not know becomes ``JobState.UNKNOWN`` with the word
kept.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Protocol

from clustrix.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clustrix.config import ClusterConfig
    from clustrix.jobs import CommandAnswer, JobSpec, JobStatus


class Scheduler(Protocol):
    """What an adapter can say. Commands are argument lists, run on the login node in the job's folder."""

    @property
    def name(self) -> str:
        """The word for ``cluster_type``."""

    def submit_script(self, spec: JobSpec) -> str:
        """What the scheduler shall run. Raises ConfigError for what cannot be said to it."""

    def submit_argv(self, spec: JobSpec) -> list[str] | None:
        """``None``: there is no such command, the agent starts the script itself, in a session of its own."""

    def parse_submit(self, answer: CommandAnswer, spec: JobSpec) -> str:
        """The job's id. Raises SubmitError with the scheduler's own words."""

    def find_argv(self, spec: JobSpec) -> list[str] | None:
        """Ask for a job by its name, for a submission whose answer was lost."""

    def parse_find(self, answer: CommandAnswer) -> str | None:
        """The id of the job that was found."""

    def status_argv(self, job_ids: list[str]) -> list[str]:
        """Ask for all these jobs at once."""

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        """How each of them stands."""

    def cancel_argv(self, job_ids: list[str]) -> list[str] | None:
        """``None``: the agent ends the script's processes itself."""

    def read_exit(self, status: int, details: dict[str, str]) -> JobStatus:
        """What became of a task, from the exit record that its script left."""


def scheduler_named(name: str) -> Scheduler:
    """The adapter of that name; ConfigError if there is none.

    >>> scheduler_named("process").name
    'process'
    """
    if name == "slurm":
        from clustrix.schedulers.slurm import SlurmScheduler

        return SlurmScheduler()
    if name != "process":
        raise ConfigError(f"there is no adapter for {name!r} yet", hint='cluster_type="slurm", "ssh" or "local"')
    from clustrix.schedulers.process import ProcessScheduler

    return ProcessScheduler()


def job_id_of(scheduler: Scheduler, answer: Mapping[str, object] | None, key: str) -> str | None:
    """The scheduler's number of a job, from what its submission answered (as the agent keeps it); None if unknown."""
    from clustrix.errors import SubmitError
    from clustrix.jobs import CommandAnswer, JobSpec
    from clustrix.resources import Resources

    if not answer:
        return None
    code = answer.get("returncode")
    said = CommandAnswer(code if isinstance(code, int) else -1, str(answer.get("stdout")), str(answer.get("stderr")))
    if answer.get("found"):
        return scheduler.parse_find(said)
    try:
        return scheduler.parse_submit(said, JobSpec(key, key, "", (), Resources()))
    except SubmitError:
        return None


def choose_scheduler(config: ClusterConfig, commands: Mapping[str, str]) -> str:
    """The adapter's name for a configuration and the commands found on the login node, name to path."""
    if config.cluster_type in ("local", "ssh"):
        return "process"
    if config.cluster_type != "auto":
        return config.cluster_type
    if "sbatch" not in commands or (config.runs_here and not _slurm_is_configured(commands["sbatch"])):
        return "process"
    return "slurm"


def _slurm_is_configured(sbatch: str) -> bool:
    """Whether Slurm's commands on this machine belong to a cluster: a laptop may have them and none."""
    prefix = posixpath.dirname(posixpath.dirname(sbatch))
    places = ["/etc/slurm", "/etc/slurm-llnl", "/run/slurm/conf", f"{prefix}/etc", f"{prefix}/etc/slurm"]
    return "SLURM_CONF" in os.environ or any(os.path.exists(f"{place}/slurm.conf") for place in places)
