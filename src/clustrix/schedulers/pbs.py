"""PBS: OpenPBS and PBS Professional, and Torque, which went its own way from the same root. Pure text.

Written from their manuals and tried with an imitation; the commands that Slurm's authors wrote after Torque's were
tried for real: docs/schedulers.md.
"""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Literal, TypeAlias

from clustrix.errors import SubmitError
from clustrix.jobs import JobState, JobStatus
from clustrix.schedulers import cgroup_shell, script
from clustrix.schedulers.names import option_words, ordered_ids, refused, shell_argv, short_name
from clustrix.schedulers.pbs_answers import JOB_ID, statuses

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer, JobSpec

#: ``slurm`` is Torque's language as it is spoken by the commands over Slurm.
Dialect: TypeAlias = Literal["pro", "torque", "slurm"]
_OURS = frozenset(("N", "o", "e", "j", "J", "t", "S", "I", "z", "k", "W", "V"))
# PBS Pro: -x shows ended jobs too. Torque's -x is XML, and ended jobs are shown for a while without it.
_STATUS_PRO = (
    'said=$(qstat -x -f "$@" 2>&1)\ncase $said in *"job history"*) qstat -f "$@" 2>&1 ;; *) echo "$said" ;; esac'
)
_STATUS_TORQUE = 'qstat -f "$@" 2>&1'
# Those over Slurm know no --version, and are scripts that one can look into.
_PROBE = """\
qstat --version 2>&1
grep -qs 'use Slurm' "$(command -v qstat)" && echo 'clustrix: over Slurm'
exit 0"""
# Those over Slurm have no qselect.
_FIND_OVER_SLURM = 'qstat -u "$(id -un)" | awk -v name="$1" \'$4 == name { print $1 }\''
# A job that is over a limit is told so on the standard error that PBS gave it, and then gets SIGTERM. Where its memory
# is that of a control group, the kernel kills. It may get there before Python is started.
_EVIDENCE = f"""\
{cgroup_shell.READ}
clustrix_evidence() {{
    said=$(grep -a 'PBS: job killed' "$given" 2>/dev/null | tail -n 1)
    [ -z "$said" ] || clustrix_note said "$said"
    [ "$seconds" -eq 0 ] || [ $(($(date +%s) - began)) -lt "$seconds" ] || clustrix_note limit time
    clustrix_cgroup
}}
trap 'clustrix_note signal TERM; clustrix_evidence; clustrix_end 143' TERM"""


@dataclass(frozen=True)
class PbsScheduler:
    """PBS, as a scheduler adapter; the dialect only the commands themselves can tell."""

    dialect: Dialect = "pro"
    name = "pbs"

    def probe_argv(self) -> list[str]:
        """Ask which PBS this is."""
        return shell_argv(_PROBE)

    def knowing(self, answer: CommandAnswer) -> PbsScheduler:
        """PBS Pro says ``pbs_version = 20.0.1``, Torque ``Version: 6.1.2`` (before: ``version: 2.4.16``)."""
        if "clustrix: over Slurm" in answer.stdout:
            return PbsScheduler("slurm")
        return PbsScheduler("torque" if "pbs_version" not in answer.stdout and "ersion:" in answer.stdout else "pro")

    def submit_script(self, spec: JobSpec) -> str:
        """The job's script. It opens the log itself: PBS would copy it there only when the job has ended."""
        number = {"pro": "$PBS_ARRAY_INDEX", "torque": "$PBS_ARRAYID", "slurm": "$SLURM_ARRAY_TASK_ID"}[self.dialect]
        lines = [f"#!{script.shell(spec)}", 'given=$(readlink "/proc/$$/fd/2")']
        lines += [f"seconds={spec.resources.walltime_seconds or 0} began=$(date +%s)"]
        body = script.body_lines(spec, task=f'"{number}"' if spec.tasks > 1 else "0", evidence=_EVIDENCE.splitlines())
        opened = body.index('log="$job/logs/$task.log"') if 'log="$job/logs/$task.log"' in body else 3
        return "\n".join([*lines, *body[: opened + 1], 'exec >>"$job/logs/$task.log" 2>&1', *body[opened + 1 :]]) + "\n"

    def submit_argv(self, spec: JobSpec) -> list[str] | None:
        return ["qsub", *self._options(spec), "submit.sh"]

    def _options(self, spec: JobSpec) -> list[str]:
        wanted = spec.resources
        refused("qos", wanted.qos, "PBS", 'pbs={"l": "qos=.."} where the site has it')
        words = ["-N", short_name(spec), "-j", "oe", "-o", "/dev/null"]
        words += ["-S", script.shell(spec)] if self.dialect != "slurm" else []
        words += ["-r", "n"] if "r" not in wanted.extra else []
        for limit in self._resource_list(spec):
            words += ["-l", limit]
        for option, value in (("-q", wanted.partition), ("-A", wanted.account)):
            words += [option, value] if value else []
        if wanted.dependency:
            plain = re.fullmatch(rf"{JOB_ID}(?:[:,]{JOB_ID})*", wanted.dependency)
            words += ["-W", f"depend={'afterok:' * bool(plain)}{wanted.dependency.replace(',', ':')}"]
        if spec.tasks > 1:
            at_once = f"%{wanted.max_parallel}" if wanted.max_parallel else ""
            words += ["-J" if self.dialect == "pro" else "-t", f"0-{spec.tasks - 1}{at_once}"]
        return words + option_words(wanted.extra, _OURS, "qsub")

    def _resource_list(self, spec: JobSpec) -> list[str]:
        wanted = spec.resources
        count = f"{wanted.nodes or 1}"
        memory = f"{ceil(wanted.memory_bytes / 2**20)}mb" if wanted.memory_bytes else ""
        feature = f":{wanted.constraint}" if wanted.constraint else ""
        time = [f"walltime={_clock(wanted.walltime_seconds)}"] if wanted.walltime_seconds else []
        if self.dialect == "pro":
            kind = f":gpu_type={wanted.gpu_type}" if wanted.gpu_type else ""
            gpus = f":ngpus={wanted.gpus}{kind}" if wanted.gpus else ""
            return [f"select={count}:ncpus={wanted.cores}{f':mem={memory}' if memory else ''}{gpus}{feature}", *time]
        gpus = f":gpus={wanted.gpus}" if wanted.gpus else ""
        if self.dialect == "slurm":  # a word that is no number would name a node
            feature, time = "", [*time, *([f"proc={wanted.constraint}"] if wanted.constraint else [])]
        limits = [f"nodes={count}:ppn={wanted.cores}{gpus}{feature}", *([f"mem={memory}"] if memory else []), *time]
        # As one list: of several options -l those over Slurm take the last.
        return [",".join(limits)]

    def parse_submit(self, answer: CommandAnswer, spec: JobSpec) -> str:
        """The job's id, ``48213.server``. Raises SubmitError with PBS's words."""
        ids = re.findall(rf"^({JOB_ID})$", answer.stdout, re.MULTILINE)
        if answer.returncode == 0 and ids:
            return str(ids[-1])
        # Those over Slurm tell on standard output what sbatch said.
        lines = [*re.findall(r"sbatch: error: .*", answer.stdout), *answer.stderr.strip().splitlines()]
        words = "; ".join(re.sub(r"^(qsub|sbatch): (submit error |error: )?", "", line) for line in lines)
        said = words or f"qsub ended with {answer.returncode} and said nothing"
        raise SubmitError(f"PBS refused the job: {said}", where=f"{spec.folder}/submit.sh", hint=_hint(words))

    def find_argv(self, spec: JobSpec) -> list[str] | None:
        """For a submit whose answer was lost: the job's name holds its key."""
        if self.dialect == "slurm":
            return shell_argv(_FIND_OVER_SLURM, short_name(spec))
        return ["qselect", "-N", short_name(spec)]

    def parse_find(self, answer: CommandAnswer) -> str | None:
        ids = re.findall(rf"^({JOB_ID})$", answer.stdout, re.MULTILINE)
        return ids[0] if answer.returncode == 0 and ids else None

    def status_argv(self, job_ids: list[str]) -> list[str]:
        each_task = ["-t"] if any("[" in job_id for job_id in job_ids) else []
        status = _STATUS_PRO if self.dialect == "pro" else _STATUS_TORQUE
        return shell_argv(status, *each_task, *ordered_ids(job_ids, JOB_ID))

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        """How each job stands, from the full listing; UNKNOWN with its words while the server does not answer."""
        return statuses(answer, job_ids)

    def task_id(self, job_id: str, task: int) -> str:
        """``48213[7].server`` of the array ``48213[].server``."""
        return job_id.replace("[]", f"[{task}]")

    def cancel_argv(self, job_ids: list[str]) -> list[str]:
        return ["qdel", *ordered_ids(job_ids, JOB_ID)]

    def read_exit(self, status: int, details: dict[str, str]) -> JobStatus:
        """What became of a task, from the exit record that its shell left."""
        plain, said = script.read_exit(status, details), details.get("said", "")
        if "walltime" in said or details.get("limit") == "time":
            return replace(plain, state=JobState.TIMEOUT, word=said)
        if re.search(r"killed: v?p?v?mem", said):
            return replace(plain, state=JobState.OUT_OF_MEMORY, word=said)
        if plain.signal == signal.SIGKILL and cgroup_shell.was_full(details):
            return replace(plain, state=JobState.OUT_OF_MEMORY)
        if details.get("signal") == "TERM" and not plain.reason:
            return replace(plain, state=JobState.CANCELLED, word=said, reason="by qdel, or an administrator")
        return replace(plain, word=said)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _hint(words: str) -> str:
    if "onnect" in words:
        return "again later: PBS's server does not answer (qstat on the login node)"
    if "nknown queue" in words or "nvalid partition" in words:
        return "change partition; qstat -q on the login node lists the queues"
    if "exceeds" in words or "esource" in words:
        return "ask for less: cores, memory, time, gpus; qstat -Qf on the login node shows the limits"
    return ""
