"""What a site allows a map: asked once per connection, of schedulers that say it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from clustrix.array_plan import SiteLimits
from clustrix.jobs import CommandAnswer

if TYPE_CHECKING:
    from clustrix.connection.link import Link
    from clustrix.resources import Resources
    from clustrix.schedulers import Scheduler

log = logging.getLogger("clustrix")

#: A map does not wait longer for what its site allows; a refusal will tell it.
LIMITS_SECONDS = 10.0


@runtime_checkable
class SaysLimits(Protocol):
    """An adapter whose scheduler tells how large arrays may be, and how many jobs a user may have."""

    def limits_argv(self) -> list[str]:
        """The one command that tells."""

    def parse_limits(self, answer: CommandAnswer, wanted: Resources) -> SiteLimits:
        """The limits for jobs that ask for this; whatever is not said is no limit."""


_answers: WeakKeyDictionary[Link, dict[str, CommandAnswer]] = WeakKeyDictionary()


def learn_limits(link: Link, scheduler: Scheduler, wanted: Resources) -> SiteLimits:
    """What the site allows for jobs that ask for this. Raises ConnectError."""
    if not isinstance(scheduler, SaysLimits):
        return SiteLimits()
    known = _answers.setdefault(link, {})
    if scheduler.name not in known:
        header = {"argv": scheduler.limits_argv(), "timeout_seconds": LIMITS_SECONDS}
        told = link.request("run", header).header
        code = told.get("returncode")
        known[scheduler.name] = CommandAnswer(
            code if isinstance(code, int) else -1, str(told.get("stdout")), str(told.get("stderr"))
        )
    return scheduler.parse_limits(known[scheduler.name], wanted)
