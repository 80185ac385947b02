"""The agent's first words: what its machine and its interpreter are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clustrix.connection.answers import HELLO, HELLO_TEXTS
from clustrix.connection.shapes import what_is_odd
from clustrix_remote import wire

PROTOCOL = 1


@dataclass(frozen=True)
class Hello:
    """What the agent told of the machine it runs on.

    ``root`` is ``<remote_work_dir>/.clustrix`` there; ``commands`` are the schedulers' and other programs found on
    its PATH, name to path; ``packages`` are the beginnings of the digests of the packages there, None if they are not
    told; ``libc`` is ``("glibc", "2.36")`` or empty.
    """

    python: tuple[int, int, int]
    executable: str
    hostname: str
    fqdn: str
    user: str
    uid: int
    home: str
    system: str
    machine: str
    libc: tuple[str, ...]
    pid: int
    root: str
    commands: dict[str, str]
    packages: frozenset[str] | None

    @classmethod
    def parse(cls, event: dict[str, Any]) -> Hello:
        """Read the event; WireError if it is none, or that of an agent that speaks otherwise."""
        if event.get("event") != "hello" or event.get("protocol") != PROTOCOL:
            raise wire.WireError(f"not the hello of an agent that speaks protocol {PROTOCOL}: {str(event)[:200]}")
        odd = what_is_odd(event, HELLO)
        if odd is not None:
            raise wire.WireError(f"a hello that cannot be read: {odd}")
        return cls(
            python=tuple(event["python"]),
            libc=tuple(event.get("libc") or ()),
            packages=None if event.get("packages") is None else frozenset(event["packages"]),
            **{name: event[name] for name in ("uid", "pid", "commands", *HELLO_TEXTS)},
        )
