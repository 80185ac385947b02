"""Waiting for a job's end without fetching its value: for whoever wants its state or its prints."""

from __future__ import annotations

from typing import Any

from clustrix.background import run_soon
from clustrix.futures import JobFuture


class JobWatch(JobFuture[None]):
    """A future that is done when the job has ended; its result is None whatever the function gave or raised.

    Nothing is unpickled, and nothing is removed.
    """

    #: A map's job has ended when all its tasks have.
    tasks = 1

    def on_event(self, event: dict[str, Any], body: bytes) -> None:
        """Something happened to the job, or to one of its tasks."""
        if self.tasks == 1 or event.get("event") not in ("outcome", "exit"):
            super().on_event(event, body)
        elif event["event"] == "exit":
            self._exited = {*getattr(self, "_exited", ()), event.get("task")}
            if len(self._exited) == self.tasks:
                run_soon(self._resolve, event, body)

    def _resolve(self, event: dict[str, Any], body: bytes) -> None:
        self.leave()
        self._finish(lambda: self.set_result(None))
