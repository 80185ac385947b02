"""Waiting for a job's end without fetching its value: for whoever wants its state or its prints."""

from __future__ import annotations

from typing import Any

from clustrix.futures import JobFuture


class JobWatch(JobFuture[None]):
    """A future that is done when the job has ended; its result is None whatever the function gave or raised.

    Nothing is unpickled, and nothing is removed.
    """

    def _resolve(self, event: dict[str, Any], body: bytes) -> None:
        self._let_go()
        self._finish(lambda: self.set_result(None))
