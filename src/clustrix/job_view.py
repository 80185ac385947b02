"""What a caller sees of a job: its names, what it has printed, and the files that it left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from clustrix.outcome_future import OutcomeFuture

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from clustrix.job_on_cluster import Job, WorkFile
    from clustrix.resources import Resources

T = TypeVar("T")


class JobView(OutcomeFuture[T]):
    """A future that knows its job; what resolves it is a subclass's matter."""

    #: Which task of its job it is.
    _task = 0

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        #: What was printed by a job that has been removed.
        self._log_kept: bytes | None = None

    @property
    def key(self) -> str:
        """The name of the job, here and on the cluster."""
        return self._job.key

    @property
    def name(self) -> str:
        """The function's name."""
        return self._job.name

    @property
    def resources(self) -> Resources:
        """What the call asks for."""
        return self._job.resources

    def result(self, timeout: float | None = None) -> T:
        """The function's value; waits for it, at most ``timeout`` seconds (then TimeoutError).

        Ctrl-C ends the waiting, not the job.
        """
        try:
            return super().result(timeout)
        except KeyboardInterrupt as interrupt:
            interrupt.add_note(self.how_to_return())
            raise

    def how_to_return(self) -> str:
        """What to tell somebody who stops waiting."""
        return (
            f"Job {self.key} goes on.\n"
            f"  return to it: clustrix.attach({self.key!r}).result()\n"
            f"                clustrix attach {self.key}\n"
            f"  end it:       clustrix cancel {self.key}"
        )

    def logs(self) -> str:
        """All that the job has printed until now (of a job that was removed: the last MiB). Raises ConnectError."""
        if self._log_kept is None:
            return self._job.fetch_log(self._task).decode("utf-8", "replace")
        return self._log_kept.decode("utf-8", "replace")

    def files(self) -> list[WorkFile]:
        """What the function left in its working folder; nothing if the job was removed. Raises ConnectError."""
        return self._job.work_files(self._task)

    def fetch(
        self, name: str, to: str | os.PathLike[str] = ".", *, progress: Callable[[int], object] | None = None
    ) -> Path:
        """Bring home a file of the working folder, into the folder ``to`` or under that name; returns where it is.

        ``progress`` is called with how many bytes are here. Raises FileNotFoundError if the function left no such file.
        """
        return self._job.fetch_file(self._task, name, to, progress)
