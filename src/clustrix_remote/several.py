"""A task of a map: makes one call, or several one after another in one process, each with its own outcome.

The task's script starts the process again when a call has ended it and others are left. The marker
``outcomes/<task>.open`` is there while calls are left; the script takes it away before it starts the process again, so
a process that ends before it has made a step is not started for ever.
"""

import os
import time

from clustrix_remote import items, outcome, runner
from clustrix_remote.callfile import read_call
from clustrix_remote.placeholders import Placeholder
from clustrix_remote.records import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Tuple

    from clustrix_remote.layout import JobFolder
    from clustrix_remote.outcome import Buffer

#: By these the script tells how the process before this one ended: its status, and what was noted about it.
DIED, DIED_NOTES = "CLUSTRIX_DIED", "CLUSTRIX_DIED_NOTES"


def calls_of(plan: str, task: int) -> "range":
    """The numbers of a task's calls; ``plan`` is ``first:count:chunk`` of the job's; see ``workers_of``.

    >>> calls_of("100:5:2", 2), calls_of("0:3:1", 1)
    (range(104, 105), range(1, 2))
    """
    first, count, chunk = map(int, plan.split(":")[:3])
    return range(first + task * chunk, min(first + (task + 1) * chunk, first + count))


def workers_of(plan: str) -> int:
    """In how many processes a task makes its calls; 1 unless the plan has a fourth number.

    >>> workers_of("0:100:20:4"), workers_of("0:100:20")
    (4, 1)
    """
    return int((plan.split(":") + ["1"])[3])


def run(folder: "JobFolder", calls: "range", task: int, began: float, workers: int = 1) -> int:
    """Make the calls of a task; gives the exit status."""
    if len(calls) == 1:
        runner.announce_start(folder, task, began)
        packed, status = Program(folder).call(calls[0], began)
        runner.write_outcome(folder, task, packed)
        return status
    writer = Writer(folder.records(task))
    if workers > 1:
        from clustrix_remote import side_by_side

        runner.announce_start(folder, task, began, calls=[calls[0], len(calls)])
        side_by_side.make_all(folder, writer, calls, workers)
        writer.close()
        return 0
    if DIED not in os.environ:
        runner.announce_start(folder, task, began, calls=[calls[0], len(calls)])
    elif writer.died is None:
        return int(os.environ[DIED])
    marker = folder.calls_left(task)
    program = Program(folder)
    if writer.died is not None:
        writer.add(writer.died, program.death(writer.died))
        writer.done.add(writer.died)
    left = [number for number in calls if number not in writer.done]
    if left:
        os.close(os.open(marker, os.O_WRONLY | os.O_CREAT, 0o600))
        _make_all(program, writer, left, began)
        os.unlink(marker)
    writer.close()
    return 0


def _make_all(program: "Program", writer: "Writer", calls: "Iterable[int]", began: float) -> None:
    for number in calls:
        writer.begin(number)
        writer.add(number, program.call(number, began)[0])
        began = time.time()


class Program:
    """The function and what its calls share: loaded when the first of them is made."""

    def __init__(self, folder: "JobFolder") -> None:
        self._folder = folder
        self._header, pickled, buffers = read_call(folder.calls, 0)
        os.environ[runner.SPAWNED_FROM] = "{}:0".format(folder.path)
        # What the agent of this machine starts is told by the environment, and is none of the function's business.
        self._died = (os.environ.pop(DIED, ""), os.environ.pop(DIED_NOTES, ""))
        self._items = items.Items(folder.calls)
        self._base = runner.Call(folder, self._header, pickled, buffers)
        self._loaded = None  # type: Any

    def call(self, number: int, began: float) -> "Tuple[List[Buffer], int]":
        """Make one call: the parts of its outcome, and the exit status."""
        return runner.make(_ItemCall(self, number), self._header, began, call=number)

    def load(self, number: int) -> "Tuple[Any, Any, Dict[str, Any]]":
        """``(function, args, kwargs)`` of a call."""
        from clustrix_remote import values

        if self._loaded is None:
            function, (shared,), _ = self._base.load()
            if isinstance(function, Placeholder):
                function.demand()
            items.use_shared(shared)
            self._loaded = function
        given = values.load_call(*self.arguments(number))
        # What waits for a library that nothing but arguments brings.
        self.parts[2].finish()
        return self._loaded, given, {}

    def arguments(self, number: int) -> "Tuple[Any, Any]":
        """``(pickle, buffers)`` of a call's arguments."""
        return self._items.read(number)

    @property
    def parts(self) -> "Tuple[Any, Any, Any]":
        return self._folder, self._header, self._base.program

    def death(self, number: int) -> "List[Buffer]":
        """The outcome of a call that has ended its process."""
        status, notes = self._died
        details = dict(line.partition(" ")[::2] for line in notes.splitlines())
        header = {"kind": "died", "call": number, "status": int(status or 1), "details": details, "node": runner.node()}
        return outcome.pack_outcome(header, b"", bytes.fromhex(self._header["signing_key"]))


class _ItemCall(runner.Call):
    def __init__(self, program: Program, number: int) -> None:
        self._all = program
        self._number = number
        super(_ItemCall, self).__init__(*program.parts[:2], pickled=None, buffers=[])

    def load(self) -> "Tuple[Any, Any, Dict[str, Any]]":
        try:
            return self._all.load(self._number)
        finally:
            self.program = self._all.parts[2]
