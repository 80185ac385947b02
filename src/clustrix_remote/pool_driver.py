"""The engine of a pool on the login node: Parsl's HighThroughputExecutor, driven by frames over standard input and output.

To here: first ``{"folder": .., "heartbeat": ..}``, then ``{"programs": [[name, length], ..], "about": {..}, "calls":
[[number, [length, ..]], ..]}`` with programs and arguments in the body; ``{"retire": [name, ..]}``. From here: ``{"ready": argv}``,
what a worker's job has to run; ``{"outcomes": [[number, length], ..]}``; ``{"lost": [number, ..], "reason": ..}``;
``{"workers": {name: tasks}}``. It ends when its input does: then the workers end too, as nobody answers them.

The engine only moves bytes (see :mod:`clustrix_remote.pool_worker`). All its sockets are encrypted, and refuse whoever has
no key; the keys lie in the pool's folder, mode 0700.
"""

import os
import queue
import shlex
import shutil
import sys
import threading
import time

from clustrix_remote import pool_worker, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Dict, List, Optional, Tuple  # noqa: F401  # in comments

#: How often it is looked which workers there are.
LOOK_SECONDS = 0.25
#: And how often it is told, though nothing has changed: whoever waits for workers to be idle for long has to hear of it.
TELL_SECONDS = 2.0
#: Calls of which several go into one message of the engine's make together about this much work.
MESSAGE_SECONDS = 0.05
#: What stands for a worker's name in its command line.
NAME_MARK = "CLUSTRIX-WORKER"


def main() -> int:
    """Serve until the input ends."""
    os.umask(0o077)
    frames, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    first = wire.read_frame(frames)
    if first is None:
        return 0
    settings = first[0]
    driver = Driver(settings, answers)
    try:
        driver.serve(frames)
    finally:
        driver.close()
        shutil.rmtree(settings["folder"], ignore_errors=True)
    # Parsl's threads may wait for ever for what will not come.
    os._exit(0)


def started_engine(folder: str, heartbeat_seconds: int) -> "Any":
    """The engine, with keys of its own."""
    from parsl.executors import HighThroughputExecutor  # type: ignore[import-not-found, unused-ignore]
    from parsl.providers import LocalProvider  # type: ignore[import-not-found, unused-ignore]

    # Both of its programs are looked for on PATH.
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath)
    engine = HighThroughputExecutor(
        label="engine",
        encrypted=True,
        max_workers_per_node=1,
        provider=LocalProvider(init_blocks=0, min_blocks=0, max_blocks=0),
        heartbeat_period=heartbeat_seconds,
        heartbeat_threshold=4 * heartbeat_seconds,
        worker_logdir_root=folder,
        block_error_handler=False,
    )
    engine.run_dir = folder
    engine.provider.script_dir = folder
    engine.start()
    return engine


def worker_command(launch: str) -> "List[str]":
    """What a worker runs, from the engine's own command line: by this Python, wherever PATH points there.

    >>> worker_command("process_worker_pool.py -p 0 --block_id={block_id}")[1:]
    ['-m', 'parsl.executors.high_throughput.process_worker_pool', '-p', '0', '--block_id=CLUSTRIX-WORKER']
    """
    words = [word.replace("{block_id}", NAME_MARK) for word in shlex.split(launch)]
    return [sys.executable, "-m", "parsl.executors.high_throughput.process_worker_pool"] + words[1:]


class Driver:
    """One pool's engine, and what is on its way through it."""

    def __init__(self, settings: "Dict[str, Any]", answers: "IO[bytes]") -> None:
        self._answers = answers
        self._said = queue.Queue()  # type: queue.Queue[Tuple[Dict[str, Any], bytes]]
        self._about = {}  # type: Dict[str, Dict[str, Any]]
        self._pool = settings["folder"]
        self._retiring = set()  # type: set[str]
        self._call_seconds = None  # type: Optional[float]
        self._engine = started_engine(self._pool, settings["heartbeat_seconds"])
        threading.Thread(target=self._answer, daemon=True).start()
        threading.Thread(target=self._look, daemon=True).start()
        self._said.put(({"ready": worker_command(self._engine.launch_cmd)}, b""))

    def serve(self, frames: "IO[bytes]") -> None:
        """Do what is asked for."""
        while True:
            frame = wire.read_frame(frames)
            if frame is None:
                return
            header, body = frame
            if "retire" in header:
                self._retire(header["retire"])
            else:
                self._take(header, memoryview(body))

    def close(self) -> None:
        """End the engine."""
        self._engine.shutdown()

    # --------------------------------------------------------------------------------------------------------- calls

    def _take(self, header: "Dict[str, Any]", body: memoryview) -> None:
        position = 0
        for program, length in header["programs"]:
            self._store(program, body[position : position + length])
            position += length
        calls, data = [], []
        for number, lengths in header["calls"]:
            calls.append([number, lengths])
            data.append(bytes(body[position : position + sum(lengths)]))
            position += sum(lengths)
        step = self._calls_in_message(len(calls), header["workers"])
        for first in range(0, len(calls), step):
            about = dict(header["about"], calls=calls[first : first + step])
            self._submit(about, pool_worker.pack_message(about, data[first : first + step]), header["retries"])

    def _calls_in_message(self, count: int, workers: int) -> int:
        """Short calls go together, but so that every worker gets several messages."""
        if not self._call_seconds:
            return 1
        return max(1, min(int(MESSAGE_SECONDS / self._call_seconds), count // (4 * max(1, workers))))

    def _store(self, program: str, data: memoryview) -> None:
        """Write a program's file, where whoever reads it finds it whole."""
        os.makedirs(program, mode=0o700, exist_ok=True)
        beside = os.path.join(program, "calls.part")
        with open(beside, "wb") as stream:
            stream.write(data)
        os.rename(beside, os.path.join(program, "calls"))

    def _submit(self, about: "Dict[str, Any]", message: bytes, retries: int) -> None:
        future = self._engine.submit(pool_worker.make, {}, message)
        future.add_done_callback(lambda done: self._on_done(done, about, message, retries))

    def _on_done(self, done: "Any", about: "Dict[str, Any]", message: bytes, retries: int) -> None:
        error = done.exception()
        if error is None:
            answer = done.result()
            header, rest = pool_worker.unpack_message(answer)
            self._learn(header["seconds"], len(about["calls"]))
            self._said.put(({"outcomes": header["outcomes"]}, bytes(rest)))
        elif retries > 0 and type(error).__name__ in ("ManagerLost", "WorkerLost"):
            self._said.put(({"retried": [number for number, _ in about["calls"]]}, b""))
            self._submit(about, message, retries - 1)
        else:
            numbers = [number for number, _ in about["calls"]]
            self._said.put(({"lost": numbers, "kind": type(error).__name__, "reason": str(error)}, b""))

    def _learn(self, seconds: float, calls: int) -> None:
        each = max(seconds / calls, 1e-5)
        self._call_seconds = each if self._call_seconds is None else 0.8 * self._call_seconds + 0.2 * each

    # ------------------------------------------------------------------------------------------------------- workers

    def _look(self) -> None:
        """Tell which workers there are, whenever that has changed."""
        told, when = None, 0.0  # type: Optional[Dict[str, Any]], float
        while True:
            managers = self._engine.connected_managers()
            if time.monotonic() - when > TELL_SECONDS:
                told, when = None, time.monotonic()
            found = {each["block_id"]: each["tasks"] for each in managers if each["active"]}
            gone = [each["block_id"] for each in managers if not each["active"] and not each["tasks"]]
            self._said_workers(found, gone, told)
            told = found
            time.sleep(LOOK_SECONDS)

    def _said_workers(self, found: "Dict[str, Any]", idle: "List[str]", told: "Optional[Dict[str, Any]]") -> None:
        retired = [name for name in idle if name in self._retiring]
        self._retiring.difference_update(retired)
        if retired or found != told:
            self._said.put(({"workers": found, "retired": retired}, b""))

    def _retire(self, names: "List[str]") -> None:
        """Give these workers nothing more; when they have ended what they do, it is told."""
        self._retiring.update(names)
        for name in names:
            self._engine._hold_block(name)

    # ------------------------------------------------------------------------------------------------------- answers

    def _answer(self) -> None:
        """Write what is said, outcomes that are there at the same time in one frame."""
        while True:
            header, body = self._said.get()
            outcomes, bodies, others = [], [], []  # type: List[Any], List[bytes], List[Dict[str, Any]]
            while True:
                if "outcomes" in header:
                    outcomes.extend(header["outcomes"])
                    bodies.append(body)
                else:
                    others.append(header)
                if sum(map(len, bodies)) > wire.CHUNK_BYTES or self._said.empty():
                    break
                header, body = self._said.get()
            if outcomes:
                wire.write_frame(self._answers, {"outcomes": outcomes}, b"".join(bodies))
            for each in others:
                wire.write_frame(self._answers, each)


if __name__ == "__main__":
    sys.exit(main())
