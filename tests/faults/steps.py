"""Where a client can be killed: each step is a place in its own code, at which it kills itself.

Used in the client's process, see test_killed_clients.py.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from clustrix import staging
from clustrix.connection.channel import Channel
from clustrix.futures import JobFuture
from clustrix_remote import wire


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def before_anything_is_sent() -> None:
    real = Channel.start

    def start(self: Channel, op: str, *args: Any, **words: Any) -> Any:
        return die() if op == "submit" else real(self, op, *args, **words)

    Channel.start = start  # type: ignore[method-assign]


def while_it_is_being_sent() -> None:
    real, written = wire.write_frame, [0]

    def write_frame(stream: Any, header: Any, body: Any = b"") -> None:
        if len(body) == wire.CHUNK_BYTES:
            written[0] += 1
            if written[0] == 5:
                die()
        real(stream, header, body)

    wire.write_frame = write_frame


def when_it_is_answered() -> None:
    staging._parse_answer = die


def while_it_runs() -> None:
    real = JobFuture.on_event

    def on_event(self: Any, event: dict[str, Any], body: bytes) -> None:
        real(self, event, body)
        if event.get("event") == "started":
            die()

    JobFuture.on_event = on_event  # type: ignore[method-assign]


def when_its_value_arrives() -> None:
    JobFuture._resolve = die  # type: ignore[method-assign]


def when_it_cleans_up() -> None:
    JobFuture._clean = die  # type: ignore[method-assign]


STEPS: dict[str, Callable[[], None]] = {
    step.__name__: step
    for step in (
        before_anything_is_sent,
        while_it_is_being_sent,
        when_it_is_answered,
        while_it_runs,
        when_its_value_arrives,
        when_it_cleans_up,
    )
}
