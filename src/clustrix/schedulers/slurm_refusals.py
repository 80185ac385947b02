"""What sbatch refused: an error with Slurm's words, and what the cluster offers instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clustrix.errors import SubmitError
from clustrix.schedulers.slurm_words import REFUSALS

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer, JobSpec


def submit_error(answer: CommandAnswer, spec: JobSpec) -> SubmitError:
    """Slurm's own words, where the script lies, and what the cluster offers instead."""
    said = [re.sub(r"^(sbatch|slurm\w*): (error: )?", "", line) for line in answer.stderr.strip().splitlines()]
    said = [re.sub(r"^Batch job submission failed: ", "", line) for line in said if line.strip()]
    words = "; ".join(dict.fromkeys(said)) or f"sbatch ended with {answer.returncode} and said nothing"
    return SubmitError(
        f"Slurm refused the job: {words}", where=f"{spec.folder}/submit.sh", hint=_submit_hint(words, answer.stdout)
    )


def _submit_hint(words: str, offers: str) -> str:
    if "Unable to contact" in words or "timed out" in words or "Connection refused" in words:
        return "again later: Slurm's controller does not answer (sinfo on the login node)"
    if "command not found" in words or "sbatch: not found" in words:
        return "module_loads=[..] if sbatch comes from a module, or cluster_type= for another scheduler"
    for sentence, parameters, values in REFUSALS:
        if sentence in words:
            known = _OFFERS[values](offers) if values else ""
            return f"change {parameters}" + (f"; {known}" if known else "")
    return _offered_partitions(offers)


def _offered_partitions(offers: str) -> str:
    partitions: dict[str, str] = {}
    for name, limit, nodes, cores, memory_mib, _, gpus in _offered(offers, "partition", 7):
        gpu = "" if gpus in ("(null)", "") else f", {gpus}"
        default = " (default)" if name.endswith("*") else ""
        text = f"{nodes} x {cores} cores, {memory_mib} MB{gpu}"
        key = f"{name.rstrip('*')}{default}, at most {limit}"
        partitions[key] = f"{partitions[key]} and {text}" if key in partitions else text
    return "the partitions are " + "; ".join(f"{key}: {text}" for key, text in partitions.items()) if partitions else ""


def _offered_features(offers: str) -> str:
    features = {
        feature
        for fields in _offered(offers, "partition", 7)
        for feature in fields[5].split(",")
        if feature not in ("(null)", "")
    }
    return "the nodes have " + (", ".join(sorted(features)) or "no features at all")


def _offered_accounts(offers: str) -> str:
    rows = [f"account {account} with qos {qos or 'normal'}" for account, qos in _offered(offers, "account", 2)]
    return "you have " + "; ".join(rows) if rows else ""


def _offered_array(offers: str) -> str:
    sizes = [fields[0] for fields in _offered(offers, "array", 1) if fields[0].isdigit()]
    return f"an array has at most {sizes[0]} tasks here" if sizes else ""


def _partition_names(offers: str) -> str:
    names = dict.fromkeys(fields[0] for fields in _offered(offers, "partition", 7))
    words = [f"{name.rstrip('*')} (default)" if name.endswith("*") else name for name in names]
    return f"the partitions are {', '.join(words)}" if words else ""


_OFFERS = {
    "names": _partition_names,
    "partitions": _offered_partitions,
    "features": _offered_features,
    "accounts": _offered_accounts,
    "array": _offered_array,
}


def _offered(offers: str, title: str, width: int) -> list[list[str]]:
    rows = [line.split("|")[1:] for line in offers.splitlines() if line.startswith(f"{title}|")]
    return [fields for fields in rows if len(fields) == width]
