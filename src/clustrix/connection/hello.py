"""The agent's first words: what its machine and its interpreter are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
        try:
            major, minor, micro = (int(part) for part in event["python"])
            return cls(
                python=(major, minor, micro),
                libc=tuple(str(part) for part in event.get("libc") or ()),
                uid=int(event["uid"]),
                pid=int(event["pid"]),
                packages=None if event.get("packages") is None else frozenset(map(str, event["packages"])),
                commands={str(name): str(path) for name, path in event["commands"].items()},
                **{name: str(event[name]) for name in _TEXTS},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise wire.WireError(f"a hello that lacks something: {error!r}") from None


_TEXTS = ("executable", "hostname", "fqdn", "user", "home", "system", "machine", "root")
