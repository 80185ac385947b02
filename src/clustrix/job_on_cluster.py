"""A job as the client knows it from the start, and what it has on the cluster: its log, and its working folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clustrix.shown_text import harmless

if TYPE_CHECKING:
    import os

    from clustrix.connection.link import Link
    from clustrix.resources import Resources
    from clustrix.schedulers import Scheduler
    from clustrix.values import Raised, Returned

#: What is kept of a removed job's log.
MAX_KEPT_LOG_BYTES = 1024 * 1024


@dataclass(frozen=True)
class WorkFile:
    """A file that the function left in its working folder; ``name`` is relative to that."""

    name: str
    size_bytes: int
    modified: float
    path: str


@dataclass(frozen=True)
class Job:
    """What a future knows of its job from the start."""

    key: str
    name: str
    link: Link
    scheduler: Scheduler
    resources: Resources
    read_outcome: Callable[[bytes], Returned | Raised]
    cleanup_on_success: bool = True

    def fetch_log(self, task: int, offset: int = 0) -> bytes:
        """What a task has printed, from ``offset`` bytes on. Raises ConnectError."""
        header = {"key": self.key, "task": task, "offset": offset}
        return self.link.request("log", header, max_bytes=2**40).body

    def fetch_end_of_log(self, task: int, size_bytes: int) -> bytes:
        """The last MiB of what a task has printed, of which there is so much. Raises ConnectError."""
        return self.fetch_log(task, max(0, size_bytes - MAX_KEPT_LOG_BYTES)) if size_bytes else b""

    def work_files(self, task: int) -> list[WorkFile]:
        """What a task left in its working folder; nothing if the job was removed. Raises ConnectError."""
        told = self.link.request("work", {"key": self.key, "task": task}).header
        folder = str(told["folder"])
        return [
            WorkFile(str(entry["name"]), int(entry["size"]), float(entry["modified"]), f"{folder}/{entry['name']}")
            for entry in told["files"]
        ]

    def fetch_file(
        self, task: int, name: str, to: str | os.PathLike[str], progress: Callable[[int], object] | None
    ) -> Path:
        """Bring home a file of a task's working folder; see ``JobFuture.fetch``."""
        found = next((each for each in self.work_files(task) if each.name == name), None)
        if found is None:
            raise FileNotFoundError(2, f"job {self.key} left no such file", name)
        target = Path(to) / Path(name).name if Path(to).is_dir() else Path(to)
        beside = target.with_name(f"{target.name}.part")
        try:
            with beside.open("wb") as stream:
                sink = stream.write if progress is None else _counted(stream.write, progress)
                self.link.channel().start("get", {"path": found.path}, sink=sink).result()
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        return target


@dataclass(frozen=True)
class Earlier:
    """The jobs that have failed to make a call which is made again, and by what."""

    jobs: tuple[Job, ...] = ()
    ends: tuple[str, ...] = ()

    def and_then(self, job: Job, error: BaseException) -> Earlier:
        """This job has failed as well."""
        return Earlier((*self.jobs, job), (*self.ends, harmless(str(error)).partition("\n")[0]))

    def tell(self, error: BaseException) -> None:
        """Say in the last error what was before."""
        for number, words in enumerate(self.ends, 1):
            error.add_note(f"attempt {number} of {len(self.ends) + 1}: {words}")


#: What all calls share until they fail: a map has a hundred thousand.
NOTHING_EARLIER = Earlier()


def _counted(write: Callable[[bytes], object], progress: Callable[[int], object]) -> Callable[[bytes], object]:
    done = 0

    def sink(piece: bytes) -> None:
        nonlocal done
        write(piece)
        done += len(piece)
        progress(done)

    return sink
