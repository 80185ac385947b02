"""Grid Engine: the options and commands for a job, and what their answers mean. Pure text, nothing is run here.

Tried with Son of Grid Engine 8.1.9; nothing is used that Sun's 6.2 lacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING

from clustrix.errors import ConfigError
from clustrix.jobs import JobState, JobStatus
from clustrix.schedulers import script
from clustrix.schedulers.names import job_name, option_words, ordered_ids, refused, shell_argv
from clustrix.schedulers.sge_answers import merge_answers
from clustrix.schedulers.sge_refusals import submit_error
from clustrix.schedulers.sge_shell import EVIDENCE, PROBE, SETTINGS, STATUS
from clustrix.schedulers.sge_site import Site, read_site

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer, JobSpec

#: Options that clustrix sets itself, so that the answer comes home.
_OURS = frozenset(
    ("@", "N", "S", "b", "cwd", "e", "help", "i", "j", "notify", "o", "sync", "t", "terse", "verify", "wd")
)
#: How long before its end a job is told that its time is up, so that its script can write down why it ends.
_LAST_SECONDS = 5


@dataclass(frozen=True)
class SgeScheduler:
    """Grid Engine, as a scheduler adapter; ``site`` is what its administrators have named and counted."""

    site: Site = field(default_factory=Site)
    name = "sge"

    def probe_argv(self) -> list[str]:
        """Ask for the site's parallel environments, complexes and queues."""
        return shell_argv(PROBE)

    def knowing(self, answer: CommandAnswer) -> SgeScheduler:
        """The adapter for the site that answered; one that did not answer is taken to be as most are."""
        return SgeScheduler(read_site(answer.stdout))

    def submit_script(self, spec: JobSpec) -> str:
        """The job's script. What is asked for stands in the command, where no quoting of qsub's own can go wrong."""
        options(spec, self.site)
        lines = [f"#!{script.shell(spec)}"]
        evidence = EVIDENCE.splitlines()
        if spec.tasks > 1:
            # Tasks are counted from 1 here. The log is opened by the script, as its name counts from 0.
            lines += ["clustrix_task=$((SGE_TASK_ID - 1))", 'exec >>"logs/$clustrix_task.log" 2>&1']
            return "\n".join([*lines, *script.body_lines(spec, task='"$clustrix_task"', evidence=evidence)]) + "\n"
        return "\n".join([*lines, *script.body_lines(spec, evidence=evidence)]) + "\n"

    def submit_argv(self, spec: JobSpec) -> list[str] | None:
        """To be run in the job's folder."""
        return shell_argv(f'{SETTINGS}\nexec qsub "$@"', *options(spec, self.site), "submit.sh")

    def parse_submit(self, answer: CommandAnswer, spec: JobSpec) -> str:
        """The job's id. Raises SubmitError with Grid Engine's words and the site's own values."""
        # -terse says "48213", or "48213.1-10:1" for an array; a submit filter may talk before.
        ids = re.findall(r"^(\d+)(?:\.\d+-\d+:\d+)?$", answer.stdout, re.MULTILINE)
        if answer.returncode == 0 and ids:
            return str(ids[-1])
        raise submit_error(answer, spec, self.site)

    def find_argv(self, spec: JobSpec) -> list[str] | None:
        """For a submit whose answer was lost: the job's name holds its key."""
        return shell_argv(f'{SETTINGS}\nqstat -r -u "$(id -un)" | grep -B1 -F -- "$1"', job_name(spec))

    def parse_find(self, answer: CommandAnswer) -> str | None:
        """The id of a job that is there already, or None."""
        ids = re.findall(r"^ *(\d+) ", answer.stdout, re.MULTILINE)
        return min(ids, key=int) if answer.returncode == 0 and ids else None

    def status_argv(self, job_ids: list[str]) -> list[str]:
        """One command for all jobs: qstat, then the reasons of those that wait and the accounting of those gone."""
        return shell_argv(STATUS, *ordered_ids(job_ids))

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        """How each of these jobs stands; UNKNOWN with its words while Grid Engine does not answer."""
        return merge_answers(answer, job_ids)

    def task_id(self, job_id: str, task: int) -> str:
        """Tasks are counted from 1 here."""
        return f"{job_id}.{task + 1}"

    def cancel_argv(self, job_ids: list[str]) -> list[str]:
        return shell_argv(f'{SETTINGS}\nexec qdel "$@"', *ordered_ids(job_ids, r"\d+(?:\.\d+)?"))

    def read_exit(self, status: int, details: dict[str, str]) -> JobStatus:
        """What became of a task, from the exit record that its shell left."""
        plain = script.read_exit(status, details)
        if details.get("signal") == "USR1":
            return replace(plain, state=JobState.TIMEOUT, word="s_rt")
        if details.get("signal") == "XCPU":
            return replace(plain, reason="it reached a soft limit of its queue (SIGXCPU: s_vmem or s_cpu)")
        if details.get("signal") == "TERM" and not plain.reason:
            return replace(plain, reason="it was told to end (SIGTERM)")
        return plain


def options(spec: JobSpec, site: Site) -> list[str]:
    """The words of qsub for a job. Raises ConfigError for what cannot be said to it."""
    wanted = spec.resources
    extra = {name.lstrip("-"): value for name, value in wanted.extra.items()}
    refused("qos", wanted.qos, "Grid Engine", 'sge={"q": ..} or sge={"P": ..}')
    nodes = wanted.nodes if wanted.nodes != 1 else None
    refused("nodes", nodes, "Grid Engine", 'cores=.. within one node, or sge={"pe": "mpi 16"}')
    # A colon: what stands before it in a path would be taken for a host.
    log = "/dev/null" if spec.tasks > 1 else f":{spec.folder}/logs/0.log"
    words = ["-terse", "-N", job_name(spec), "-S", script.shell(spec), "-cwd", "-j", "y", "-o", log]
    words += ["-r", "n"] if "r" not in extra else []
    # "Error if it cannot run": a job that no node could take is refused, and not left to wait for ever.
    words += ["-w", "e"] if "w" not in extra else []
    words += ["-pe", site.parallel_environment(), str(wanted.cores)] if wanted.cores > 1 and "pe" not in extra else []
    for option, value in (
        ("-q", wanted.partition), ("-P", wanted.account), ("-l", wanted.constraint), ("-hold_jid", wanted.dependency),
    ):  # fmt: skip
        words += [option, value] if value else []
    limits = resource_list(spec, site)
    words += ["-l", ",".join(limits)] if limits else []
    if spec.tasks > 1:
        words += ["-t", f"1-{spec.tasks}", *(["-tc", str(wanted.max_parallel)] if wanted.max_parallel else [])]
    if "pe" in extra:
        name, _, slots = str(extra.pop("pe")).partition(" ")
        words += ["-pe", name, slots.strip() or str(wanted.cores)]
    return words + option_words(extra, _OURS, "qsub")


def resource_list(spec: JobSpec, site: Site) -> list[str]:
    """Time, memory and GPUs as the site's complexes. What is counted is counted for each slot."""
    wanted, limits = spec.resources, []
    if wanted.walltime_seconds is not None:
        # h_rt ends a job with SIGKILL, script and all. s_rt sends SIGUSR1, and the script can say what happened.
        soft = wanted.walltime_seconds - min(_LAST_SECONDS, wanted.walltime_seconds // 10 + 1)
        limits += [f"h_rt={wanted.walltime_seconds}", f"s_rt={max(soft, 1)}"]
    if wanted.memory_bytes is not None:
        complex_ = site.memory()
        slots = 1 if complex_.is_per_job else wanted.cores
        limits.append(f"{complex_.name}={ceil(wanted.memory_bytes / slots / 2**20)}M")
    if wanted.gpus:
        complex_ = site.gpus()
        slots = 1 if complex_.is_per_job else wanted.cores
        if wanted.gpus % slots:
            raise ConfigError(
                f"gpus={wanted.gpus} cannot be asked for with cores={wanted.cores}: this site counts "
                f"{complex_.name} for each core",
                hint=f"cores={wanted.gpus}, or a multiple of that many GPUs",
            )
        limits.append(f"{complex_.name}={wanted.gpus // slots}")
    return limits
