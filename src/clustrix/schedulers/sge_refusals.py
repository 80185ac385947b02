"""What qsub of Grid Engine refused: an error with its words, and what the site has instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clustrix.errors import SubmitError

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer, JobSpec
    from clustrix.schedulers.sge_site import Site


def submit_error(answer: CommandAnswer, spec: JobSpec, site: Site) -> SubmitError:
    """Grid Engine's own words, where the script lies, and what the site has instead."""
    said = [re.sub(r"^Unable to run job: (error: )?", "", line) for line in answer.stderr.strip().splitlines()]
    words = "; ".join(line for line in said if line not in ("", "Exiting."))
    return SubmitError(
        f"Grid Engine refused the job: {words or f'qsub ended with {answer.returncode} and said nothing'}",
        where=f"{spec.folder}/submit.sh",
        hint=_hint(words, site),
    )


def _hint(words: str, site: Site) -> str:
    if "unable to send message" in words or "unable to contact" in words or "got no response" in words:
        return "again later: Grid Engine's master does not answer (qstat on the login node)"
    if "not found" in words or "SGE_ROOT" in words:
        return "module_loads=[..] if qsub comes from a module, or cluster_type= for another scheduler"
    if "queue" in words and "unknown" in words:
        return f"change partition; the queues are {', '.join(site.queues)}"
    if "no suitable queues" in words:
        return "ask for less: no node could ever run it (cores, memory, time, partition, constraint)"
    if "parallel environment" in words:
        return f"the parallel environments are {', '.join(name for name, _ in site.environments)}"
    if "project" in words:
        return "change account, which is a project of Grid Engine (qconf -sprjl)"
    return ""
