"""Scheduler adapters: pure text. They make scripts and commands, and read answers; nothing is run here.

An answer is parsed, never asserted: a word that an adapter does not know becomes ``JobState.UNKNOWN`` with the word
kept.
"""

from __future__ import annotations

import os
import posixpath
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from clustrix.errors import ConfigError
from clustrix.word_checks import nearest_name

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


@runtime_checkable
class AsksSite(Protocol):
    """An adapter that has to know what a site has named or counted before it can ask for it."""

    def probe_argv(self) -> list[str]:
        """The one command that tells, run once per connection."""

    def knowing(self, answer: CommandAnswer) -> Scheduler:
        """The adapter for the site that answered so."""


#: Every scheduler by name: where its adapter is, and the commands that a host with it has. ``auto`` takes the first
#: whose commands are all there: qsub alone may be anybody's, Slurm's imitation of it included.
SCHEDULERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "slurm": ("clustrix.schedulers.slurm:SlurmScheduler", ("sbatch",)),
    "sge": ("clustrix.schedulers.sge:SgeScheduler", ("qsub", "qconf")),
    "lsf": ("clustrix.schedulers.lsf:LsfScheduler", ("bsub", "bjobs")),
    "pbs": ("clustrix.schedulers.pbs:PbsScheduler", ("qsub", "pbsnodes")),
    "process": ("clustrix.schedulers.process:ProcessScheduler", ()),
}
#: Files of which one says something where a machine's commands belong to a cluster: a laptop may have the commands, and no
#: cluster. (Debian's gridengine-client makes an act_qmaster with an empty line.)
_CONFIGURED = {
    "slurm": (
        "/etc/slurm/slurm.conf", "/etc/slurm-llnl/slurm.conf", "/run/slurm/conf/slurm.conf", "{prefix}/etc/slurm.conf",
        "{prefix}/etc/slurm/slurm.conf",
    ),
    "sge": ("{SGE_ROOT}/default/common/act_qmaster", "/var/lib/gridengine/default/common/act_qmaster"),
    "lsf": ("{LSF_ENVDIR}/lsf.conf", "/etc/lsf.conf"),
    "pbs": ("{PBS_CONF_FILE}", "/etc/pbs.conf", "/var/spool/torque/server_name", "/var/spool/pbs/server_name"),
}  # fmt: skip


def scheduler_named(name: str) -> Scheduler:
    """The adapter of that name; ConfigError if there is none.

    >>> scheduler_named("process").name
    'process'
    """
    if name not in SCHEDULERS:
        nearest = nearest_name(name, list(SCHEDULERS))
        hint = f'did you mean "{nearest}"? ' if nearest else ""
        raise ConfigError(
            f"there is no adapter for the scheduler {name!r}", hint=hint + "one of " + ", ".join(SCHEDULERS)
        )
    module, _, adapter = SCHEDULERS[name][0].partition(":")
    scheduler: Scheduler = getattr(import_module(module), adapter)()
    return scheduler


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


def task_id(scheduler: Scheduler, job_id: str, task: int) -> str:
    """The scheduler's name of a task of an array; an adapter says it if it is not ``4711_7``."""
    named = getattr(scheduler, "task_id", None)
    return str(named(job_id, task)) if named is not None else f"{job_id}_{task}"


def choose_scheduler(config: ClusterConfig, commands: Mapping[str, str]) -> str:
    """The adapter's name for a configuration and the commands found on the login node, name to path."""
    if config.cluster_type in ("local", "ssh"):
        return "process"
    if config.cluster_type != "auto":
        return config.cluster_type
    there = (name for name, (_, needed) in SCHEDULERS.items() if all(command in commands for command in needed))
    return next(name for name in there if not config.runs_here or _is_configured(name, commands))


def _is_configured(name: str, commands: Mapping[str, str]) -> bool:
    """Whether the commands of a scheduler on this machine belong to a cluster."""
    if name not in _CONFIGURED or f"{name.upper()}_CONF" in os.environ:
        return True
    prefix = posixpath.dirname(posixpath.dirname(commands[SCHEDULERS[name][1][0]]))
    words = {"prefix": prefix, "SGE_ROOT": "/nowhere", "LSF_ENVDIR": "/nowhere", "PBS_CONF_FILE": "/nowhere"}
    words.update(os.environ)
    return any(_says_something(place.format_map(words)) for place in _CONFIGURED[name])


def _says_something(path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return any(not line.isspace() for line in stream)
    except OSError:
        return False
