"""Slurm's words and what they mean: job states, reasons of pending jobs, what sbatch refuses.

The states and reasons are those of the squeue and sacct manuals (JOB STATE CODES, JOB REASON CODES), from 17.11 to
24.05. A word that is not here is kept as it came; nothing breaks when Slurm learns a new one.
"""

from __future__ import annotations

from clustrix.jobs import JobState

STATES: dict[str, JobState] = {
    "PENDING": JobState.PENDING,
    "REQUEUED": JobState.PENDING,
    "REQUEUE_FED": JobState.PENDING,
    "REQUEUE_HOLD": JobState.PENDING,
    "SPECIAL_EXIT": JobState.PENDING,
    "RESV_DEL_HOLD": JobState.PENDING,
    "CONFIGURING": JobState.PENDING,
    "POWER_UP_NODE": JobState.PENDING,
    "RUNNING": JobState.RUNNING,
    "RESIZING": JobState.RUNNING,
    "SIGNALING": JobState.RUNNING,
    "STAGE_OUT": JobState.RUNNING,
    "STOPPED": JobState.RUNNING,
    "SUSPENDED": JobState.RUNNING,
    # The call is over, one way or the other, but an epilog or a dying process still holds the node: not ended for
    # Slurm.
    "COMPLETING": JobState.RUNNING,
    "COMPLETED": JobState.DONE,
    "FAILED": JobState.FAILED,
    "LAUNCH_FAILED": JobState.FAILED,
    "RECONFIG_FAIL": JobState.FAILED,
    # Another cluster of the federation has started it.
    "REVOKED": JobState.RUNNING,
    "CANCELLED": JobState.CANCELLED,
    "TIMEOUT": JobState.TIMEOUT,
    "DEADLINE": JobState.TIMEOUT,
    "OUT_OF_MEMORY": JobState.OUT_OF_MEMORY,
    "NODE_FAIL": JobState.NODE_FAIL,
    "BOOT_FAIL": JobState.NODE_FAIL,
    "PREEMPTED": JobState.PREEMPTED,
}

REASONS: dict[str, str] = {
    "None": "",
    "AssocGrpCpuLimit": "your account uses all the cores it may",
    "AssocGrpGRES": "your account uses all the GPUs it may",
    "AssocGrpMemLimit": "your account uses all the memory it may",
    "AssocGrpJobsLimit": "your account runs as many jobs as it may",
    "AssocMaxJobsLimit": "you run as many jobs as your account allows",
    "AssocGrpCPUMinutesLimit": "your account has spent its core hours",
    "AssocGrpBillingMinutes": "your account has spent its budget",
    "BadConstraints": "no node satisfies its constraints",
    "BeginTime": "waiting for its begin time",
    "BurstBufferResources": "waiting for burst buffer space",
    "BurstBufferStageIn": "its burst buffer is being filled",
    "Cleaning": "an earlier run of it is being cleaned up",
    "Dependency": "waiting for the jobs it depends on",
    "DependencyNeverSatisfied": "a job it depends on did not end the way it asks for",
    "FrontEndDown": "the front end is down",
    "InvalidAccount": "its account is not valid",
    "InvalidQOS": "its quality of service (qos) is not valid",
    "JobArrayTaskLimit": "as many tasks of the array run as it allows at once",
    "JobHeldAdmin": "held by an administrator",
    "JobHeldUser": "held (scontrol release lets it go)",
    "JobHoldMaxRequeue": "held after too many attempts to start it",
    "launch_failed_requeued_held": "held, because it could not be started on its node",
    "Licenses": "waiting for a licence",
    "MaxMemPerLimit": "it asks for more memory than a job may",
    "NodeDown": "a node it needs is down",
    # "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions"; some versions
    # write "_".
    "Nodes required for job are DOWN": "the nodes it could use are down, drained or kept for more important partitions",
    "PartitionConfig": "it asks for more than the partition gives (time, cores, memory or nodes)",
    "PartitionDown": "the partition is down",
    "PartitionInactive": "the partition is closed",
    "PartitionNodeLimit": "it asks for more nodes than the partition gives",
    "PartitionTimeLimit": "its time is over the partition's limit",
    "Priority": "waiting for a higher-priority job",
    "Prolog": "its node is being prepared",
    "QOSGrpCpuLimit": "the jobs of its qos use all the cores they may",
    "QOSGrpGRES": "the jobs of its qos use all the GPUs they may",
    "QOSMaxCpuPerUserLimit": "you use as many cores as its qos allows",
    "QOSMaxJobsPerUserLimit": "you run as many jobs as its qos allows",
    "QOSMaxGRESPerUser": "you use as many GPUs as its qos allows",
    "QOSMaxSubmitJobPerUserLimit": "you have submitted as many jobs as its qos allows",
    "ReqNodeNotAvail": "a node it asks for is not available now",
    "Reservation": "waiting for its reservation",
    "ReservationDeleted": "its reservation is gone",
    "Resources": "waiting for resources",
    "SchedDefer": "the scheduler looks at it later",
    "TimeLimit": "its time was up",
    "OutOfMemory": "it used more memory than it asked for",
}

#: A pending job with one of these stays pending until a person changes the job or the cluster.
NEVER_STARTS = frozenset(
    {
        "AccountNotAllowed",
        "AssocGrpCPUMinutesLimit",
        "BadConstraints",
        "DependencyNeverSatisfied",
        "InvalidAccount",
        "InvalidQOS",
        "MaxMemPerLimit",
        "PartitionConfig",
        "PartitionNodeLimit",
        "PartitionTimeLimit",
        "QOSNotAllowed",
        "QOSTimeLimit",
        "ReservationDeleted",
    }
)

#: Ends of AssocMaxCpuPerJobLimit, QOSMaxMemoryPerJob, AssocMaxWallDurationPerJobLimit ..: limits on the one job itself.
_LIMITS_OF_ONE_JOB = ("PerJob", "PerJobLimit", "PerNode", "PerNodeLimit")

#: What sbatch says -> (the words of the decorator it is about, the list of the cluster's own values that helps).
REFUSALS: tuple[tuple[str, str, str], ...] = (
    ("Invalid partition name", "partition", "names"),
    ("Invalid qos specification", "qos", "accounts"),
    ("Invalid account", "account", "accounts"),
    ("Invalid feature specification", "constraint", "features"),
    ("Requested time limit is invalid", "time", "partitions"),
    ("Memory required by task is not available", "memory", "partitions"),
    ("Memory specification can not be satisfied", "memory", "partitions"),
    ("Requested node configuration is not available", "cores, memory, gpus, nodes", "partitions"),
    ("More processors requested than permitted", "cores", "partitions"),
    ("Node count specification invalid", "nodes", "partitions"),
    ("Invalid generic resource", "gpus", "partitions"),
    ("Invalid job array specification", "the number of tasks", "array"),
    ("Job dependency problem", "dependency", ""),
    ("Invalid node name specified", "slurm={'nodelist': ..}", ""),
    ("Invalid license specification", "slurm={'licenses': ..}", ""),
    ("Requested reservation is invalid", "slurm={'reservation': ..}", ""),
    ("Job violates accounting/QOS policy", "cores, memory, time, qos", "accounts"),
)


def state_of(word: str) -> JobState:
    """The state of a word such as ``RUNNING`` or ``CANCELLED by 2001``; UNKNOWN for a new one.

    >>> state_of("CANCELLED by 2001"), state_of("LEVITATING")
    (<JobState.CANCELLED: 'cancelled'>, <JobState.UNKNOWN: 'unknown'>)
    """
    first = word.split(" ", maxsplit=1)[0].rstrip("+")
    return STATES.get(first, JobState.UNKNOWN)


def reason_in_words(reason: str) -> str:
    """A reason code in plain words; a code that is not known is shown as it is.

    >>> reason_in_words("Resources"), reason_in_words("Sulking"), reason_in_words("None")
    ('waiting for resources', 'Slurm says: Sulking', '')
    """
    known = REASONS.get(_code(reason))
    return known if known is not None else f"Slurm says: {reason.strip()}"


def never_starts(reason: str) -> bool:
    """Whether a job that is pending for this reason stays so.

    >>> never_starts("AssocMaxCpuPerJobLimit"), never_starts("AssocGrpCpuLimit")
    (True, False)
    """
    code = _code(reason)
    return code in NEVER_STARTS or code.startswith("QOSMin") or code.endswith(_LIMITS_OF_ONE_JOB)


def _code(reason: str) -> str:
    """The code alone: details follow after a comma, as in ``ReqNodeNotAvail, UnavailableNodes:s17,s18``."""
    code = reason.strip().strip("()").split(",")[0]
    return code.replace("_", " ") if code.startswith("Nodes_required") else code
