"""Several hosts without a scheduler as one pool: which of them a call goes to, and how many calls of a map.

Each host's agent tells what room it has; the rest is decided here. A host that cannot be reached is left out, with a
word, and asked again a minute later.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from clustrix.background import run_soon
from clustrix.connection import link_for
from clustrix.errors import ConfigError, ConnectError
from clustrix.schedulers import choose_scheduler

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clustrix.config import ClusterConfig
    from clustrix.connection.link import Link
    from clustrix.futures import JobFuture
    from clustrix.resources import Resources

log = logging.getLogger("clustrix")

#: When one host has answered, so long is waited for the others.
LATE_SECONDS = 5.0
#: A host that could not be reached is not asked for so long, as each attempt may take as long as ssh is patient.
LEFT_OUT_SECONDS = 60.0


@dataclass(frozen=True)
class Room:
    """What a host has, and what is taken of it.

    A slot is what a call of one core takes. ``load`` is how many processes want to run that are no calls of ours;
    ``memory_bytes`` is what no process holds and no call has asked for, None where that is not told.
    """

    host: str
    cores: int
    slots: int
    taken: int
    load: float = 0.0
    memory_bytes: int | None = None

    @property
    def free(self) -> float:
        """How many slots are free, beside our calls and what others run; below zero where calls wait.

        >>> Room("a", cores=8, slots=16, taken=2).free, Room("a", cores=8, slots=16, taken=2, load=6.0).free
        (14.0, 2.0)
        """
        return self.slots - self.taken - self.slots * self.load / self.cores

    def slots_for(self, wanted: Resources) -> int:
        """The slots that a call takes here: one for one core, else its part of the machine."""
        return 1 if wanted.cores <= 1 else -(-wanted.cores * self.slots // self.cores)

    def suits(self, wanted: Resources) -> bool:
        """Whether its cores and memory are here at all, and the memory is free."""
        has_memory = self.memory_bytes is None or (wanted.memory_bytes or 0) <= self.memory_bytes
        return wanted.cores <= self.cores and has_memory

    def with_call(self, wanted: Resources, calls: int = 1) -> Room:
        """The same with so many calls more."""
        held = calls * (wanted.memory_bytes or 0)
        left = None if self.memory_bytes is None else max(0, self.memory_bytes - held)
        return replace(self, taken=self.taken + calls * self.slots_for(wanted), memory_bytes=left)


def freest(rooms: Sequence[Room], wanted: Resources) -> Room:
    """The host for a call: of those that have what it asks for, the one with the most room left when it runs there.

    >>> from clustrix.resources import Resources
    >>> small, large = Room("small", 4, 16, 2), Room("large", 64, 128, 100)
    >>> freest([small, large], Resources()).host, freest([small, large], Resources(cores=4)).host
    ('large', 'large')
    """
    return max(rooms, key=lambda room: (room.suits(wanted), room.free - room.slots_for(wanted)))


def shares(rooms: Sequence[Room], wanted: Resources, calls: int) -> dict[str, int]:
    """How many calls of a map each host gets: free slots are filled first, the rest is spread by the hosts' size.

    >>> from clustrix.resources import Resources
    >>> shares([Room("a", 8, 16, 0), Room("b", 8, 16, 12)], Resources(), 6)
    {'a': 6, 'b': 0}
    >>> shares([Room("a", 8, 16, 0), Room("b", 8, 16, 12)], Resources(), 40)
    {'a': 26, 'b': 14}
    """
    now, given = {room.host: room for room in rooms}, dict.fromkeys((room.host for room in rooms), 0)
    left = calls
    while left and (room := freest(list(now.values()), wanted)).free >= room.slots_for(wanted) and room.suits(wanted):
        given[room.host], now[room.host] = given[room.host] + 1, room.with_call(wanted)
        left -= 1
    able = [room for room in rooms if wanted.cores <= room.cores] or list(rooms)
    total = sum(room.slots for room in able)
    for room in able:
        part = -(-left * room.slots // total) if total else left
        given[room.host] += part
        left, total = left - part, total - room.slots
    return given


def place(config: ClusterConfig) -> ClusterConfig:
    """The configuration with the one host that a call goes to. Raises ConnectError if no host can be reached.

    ConfigError for a host that has a scheduler: that decides where jobs run.
    """
    if len(config.hosts) < 2:
        return config
    return config.on_host(freest(ask(config), config.resources).host)


def spread(config: ClusterConfig, calls: int) -> list[tuple[ClusterConfig, int]]:
    """The hosts of a map, each with how many of its calls it gets. Raises what ``place`` does."""
    if len(config.hosts) < 2:
        return [(config, calls)]
    given = shares(ask(config), config.resources, calls)
    return [(config.on_host(host), count) for host, count in given.items() if count]


def count_in(link: Link, future: JobFuture[Any]) -> None:
    """Count a call that was sent, until its host tells of it."""
    _sent.setdefault(link, WeakSet()).add(future)


def ask(config: ClusterConfig) -> list[Room]:
    """The room of each host that answers. Raises what ``place`` does."""
    asked = {host: _ask_soon(config.on_host(host)) for host in _worth_asking(config.hosts)}
    left = set(asked.values())
    while left and not any(answer.done() and answer.exception() is None for answer in asked.values()):
        left = wait(left, return_when=FIRST_COMPLETED).not_done
    wait(left, LATE_SECONDS)
    rooms = []
    for host, answer in asked.items():
        error = answer.exception() if answer.done() else None
        if error is not None and not isinstance(error, ConnectError):
            raise error
        if answer.done() and error is None:
            rooms.append(answer.result())
            _left_out.pop(host, None)
        else:
            _leave_out(host, error.what if isinstance(error, ConnectError) else "it does not answer")
    if not rooms:
        raise _nobody(config, [answer.exception() for answer in asked.values()])
    return rooms


def _worth_asking(hosts: Sequence[str]) -> Sequence[str]:
    now = time.monotonic()
    return [host for host in hosts if _left_out.get(host, 0.0) <= now] or hosts


def _leave_out(host: str, why: str) -> None:
    if host not in _left_out:
        log.warning("%s is left out of the pool for now: %s", host, why)
    _left_out[host] = time.monotonic() + LEFT_OUT_SECONDS


def _nobody(config: ClusterConfig, errors: Sequence[BaseException | None]) -> BaseException:
    first = next((error for error in errors if isinstance(error, ConnectError)), None)
    if first is None:
        return ConnectError("no host of the pool answers", where=", ".join(config.hosts))
    first.add_note(f"no host of the pool can be reached: {', '.join(config.hosts)}")
    return first


def _ask_soon(config: ClusterConfig) -> Future[Room]:
    answer: Future[Room] = Future()
    answer.set_running_or_notify_cancel()
    run_soon(_ask, config, answer)
    return answer


def _ask(config: ClusterConfig, answer: Future[Room]) -> None:
    try:
        link = link_for(config)
        found = choose_scheduler(config, link.channel().hello.commands)
        if found != "process":
            raise _has_scheduler(config, found)
        told = link.request("room", {}).header
        room = read_room(str(config.cluster_host), told)
        answer.set_result(room.with_call(config.resources, _on_their_way(link, told["queued"])))
    except Exception as error:  # whoever asked gets it
        answer.set_exception(error)


def _has_scheduler(config: ClusterConfig, name: str) -> ConfigError:
    return ConfigError(
        f"{config.cluster_host} has a scheduler ({name}), which chooses among its nodes itself",
        where="cluster_host with several hosts",
        hint='cluster_host= that host alone; or cluster_type="ssh" for processes on the hosts themselves',
    )


def _on_their_way(link: Link, queued: Sequence[int]) -> int:
    """How many calls were sent that have not taken their number in the host's queue yet, and so are not told of."""
    known = {str(pid) for pid in queued}
    return sum(not future.done() and future.job_id not in known for future in _sent.get(link, ()))


def read_room(host: str, told: Mapping[str, Any]) -> Room:
    """What an agent says of its host."""
    total, free = told.get("memory_bytes"), told.get("memory_free_bytes")
    memory = None
    if isinstance(total, int) and isinstance(free, int):
        memory = max(0, min(free, total - int(told.get("memory_held_bytes") or 0)))
    # The mean of the last minute, in which a call that has just begun has hardly a part. That all of ours compute is a guess.
    others = max(0.0, float(told["load"]) - float(told["load_of_jobs"]))
    return Room(host, int(told["cores"]), int(told["slots"]), int(told["taken"]), others, memory)


_sent: WeakKeyDictionary[Link, WeakSet[JobFuture[Any]]] = WeakKeyDictionary()
#: Until when a host is not asked.
_left_out: dict[str, float] = {}
