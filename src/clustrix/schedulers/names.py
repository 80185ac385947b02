"""Names and numbers of jobs as all schedulers take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustrix.jobs import JobSpec


def job_name(spec: JobSpec) -> str:
    """The job's name in the scheduler's list: a letter first, then the function's name and the key that finds it again.

    Grid Engine and PBS refuse a name that begins with a digit.
    """
    name = spec.key if spec.key.startswith(spec.name) else f"{spec.name}-{spec.key}"
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return safe if safe[:1].isalpha() else f"j{safe}"


def ordered_ids(job_ids: Iterable[str], pattern: str = r"\d+") -> list[str]:
    """The ids, each once; ValueError for what no scheduler gave us.

    >>> ordered_ids(["7", "8", "7"])
    ['7', '8']
    """
    for job_id in job_ids:
        if not re.fullmatch(pattern, job_id, re.ASCII):
            raise ValueError(f"not a job id: {job_id!r}")
    return list(dict.fromkeys(job_ids))
