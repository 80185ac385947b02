"""Making calls again whose job failed: how often, after which failures, and with how much memory. Pure decisions.

Nothing is made again unless it was asked for: a job that died may have done half of its work. The user's own exception
is no failure of the job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clustrix.errors import ClustrixError, ConfigError, JobFailedError

if TYPE_CHECKING:
    from clustrix.resources import Resources

#: What ended a call, by the kind of a JobFailedError.
_KINDS = {
    "NODE_FAIL": "node",
    "PREEMPTED": "preemption",
    "OUT_OF_MEMORY": "memory",
    "TIMEOUT": "time",
    "SIGNAL": "crash",
    "EXIT": "crash",
    "UNKNOWN": "crash",
}
#: What may be asked for. An "exception" is the user's own.
WORDS = ("node", "preemption", "memory", "time", "crash", "exception")


def check_retries(name: str, value: object) -> int | dict[str, int]:
    """A number, or numbers by what ended the call; raises ConfigError for anything else."""
    hint = f'{name}=2, or {name}={{"node": 3, "memory": 2}}; there are {", ".join(WORDS)}'
    if isinstance(value, Mapping):
        unknown = [word for word in value if word not in WORDS]
        if unknown:
            raise ConfigError(f"{name} has {unknown[0]!r}, by which no call ends", hint=hint)
        return {str(word): _times(name, times, hint) for word, times in value.items()}
    return _times(name, value, hint)


def _times(name: str, value: object, hint: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ConfigError(f"{name}={value!r} is not how often something is done again", hint=hint)
    return value


def what_ended(error: BaseException) -> str | None:
    """One of WORDS; None for what is never made again: a call that was cancelled, refused, or whose result is lost.

    >>> what_ended(JobFailedError("Job 1 was lost", kind="NODE_FAIL")), what_ended(ValueError())
    ('node', 'exception')
    """
    if isinstance(error, JobFailedError):
        return _KINDS.get(error.kind)
    return None if isinstance(error, ClustrixError) else "exception"


@dataclass(frozen=True)
class Retries:
    """How often a call is made again: a number for all failures of the job together, or numbers by what ended it."""

    asked: int | Mapping[str, int] = 0

    def allows(self, what: str, before: Counter[str]) -> bool:
        """Whether a call that was ended so is made again, after it was as often ``before``."""
        if isinstance(self.asked, Mapping):
            return before[what] < self.asked.get(what, 0)
        return what != "exception" and before.total() < self.asked


class Attempts:
    """What has happened to one call until now.

    >>> from clustrix.resources import Resources
    >>> attempts = Attempts(Retries(0), Resources.from_words(memory="8GB..24GB"))
    >>> error = JobFailedError("Job 1 was killed", kind="OUT_OF_MEMORY")
    >>> [(after.memory_bytes or 0) >> 30 if (after := attempts.after(error)) else None for _ in range(3)]
    [16, 24, None]
    """

    def __init__(self, retries: Retries, resources: Resources) -> None:
        self._retries = retries
        self._resources = resources
        self._before: Counter[str] = Counter()

    def after(self, error: BaseException) -> Resources | None:
        """What to ask for when the call is made again after this; None if it is not."""
        what = what_ended(error)
        if what is None:
            return None
        grown = _grown(self._resources) if what == "memory" else None
        if grown is None and not self._allows(what):
            return None
        self._before[what] += 1
        self._resources = grown or self._resources
        return self._resources

    def _allows(self, what: str) -> bool:
        # At its limit, more memory cannot be had: with the same it would end the same way.
        at_limit = what == "memory" and self._resources.most_memory_bytes is not None
        return not at_limit and self._retries.allows(what, self._before)


def _grown(resources: Resources) -> Resources | None:
    """Twice the memory, up to what was allowed; None if that is not more."""
    now, most = resources.memory_bytes, resources.most_memory_bytes
    if now is None or most is None or now >= most:
        return None
    return replace(resources, memory_bytes=min(2 * now, most))
