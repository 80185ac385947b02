"""Having an environment on the cluster: there already, or built once, with or without a package index there."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clustrix.environments import uv, wheels
from clustrix.environments.telling import Telling
from clustrix.errors import EnvironmentBuildError

if TYPE_CHECKING:
    from clustrix.environments.found_pythons import Agent
    from clustrix.environments.interpreters import Interpreter
    from clustrix.environments.resolution import Lock, Wheel

#: More is not sent: another way is better then.
MAX_SENT_BYTES = 500_000_000
#: What wheels are to what they hold (scientific packages: 3.5), and the inodes of a typical environment.
_UNPACKED = 4
_INODES_PER_WHEEL = 120

STDERR = Telling()
_key_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)


@dataclass(frozen=True)
class Plan:
    """An environment that shall be there: its lock, and the interpreter that it is for.

    ``runs_here`` says that the login node is this machine; ``host`` names it in messages.
    """

    lock: Lock
    interpreter: Interpreter
    modules: tuple[str, ...]
    module_loads: tuple[str, ...]
    variables: Mapping[str, str] = field(repr=False)
    source: str
    runs_here: bool
    host: str

    @property
    def key(self) -> str:
        """The environment's name: the same for the same wheels on the same interpreter."""
        one = self.interpreter
        parts = [self.lock.text, one.base, one.version, one.machine, one.libc, sorted(self.module_loads)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is otherwise than here, in a sentence; nothing if all is the same."""
        if not self.lock.changed:
            return ()
        changed = ", ".join(f"{name} {here} -> {there}" for name, here, there in self.lock.changed)
        version = ".".join(map(str, self.interpreter.version))
        return (f"the cluster's Python is {version}: {changed}; strict_versions=True would fail instead",)


def ensure(plan: Plan, agent: Agent, tell: Telling = STDERR) -> dict[str, Any]:
    """Have the environment there; what its READY says. Raises EnvironmentBuildError."""
    with _key_locks[plan.key]:  # one process asks once
        ready = agent.request("environment", {"key": plan.key}).header.get("ready")
        try:
            return ready if ready else _build(plan, agent, tell)
        except OSError as error:  # of a file there: a full disk, a folder that cannot be written
            raise EnvironmentBuildError(
                f"the environment cannot be built: {error.strerror or error}",
                where=str(error.filename or plan.host),
                hint="remote_work_dir= a folder that can be written and has room; clustrix env prune makes some",
            ) from None


def _build(plan: Plan, agent: Agent, tell: Telling) -> dict[str, Any]:
    began = time.monotonic()
    for note in plan.notes:
        tell.lasting(note)
    tell.lasting(f"building an environment on {plan.host}, {plan.interpreter.name}: {summary(plan.lock)}")
    _send([one for one in plan.lock.wheels if one.is_local], plan, agent, tell)
    header = _header(plan, agent, tell)
    install = f"installing {size_of(plan.lock.wheels)} on {plan.host} ..."
    tell.passing(install)
    answer = agent.request("build", header).header
    failed = answer.get("failed")
    if failed and failed.get("step") == "index" and not failed.get("hopeless"):
        _send(plan.lock.wheels, plan, agent, tell, why="no package index can be reached there")
        tell.passing(install)
        answer = agent.request("build", {**header, "offline": True}).header
        failed = answer.get("failed")
    if failed:
        raise _build_error(plan, failed)
    if answer.get("built"):
        tell.lasting(f"built it in {time.monotonic() - began:.1f} s: {plan.key}")
    return dict(answer["ready"])


def _header(plan: Plan, agent: Agent, tell: Telling) -> dict[str, Any]:
    return {
        "key": plan.key,
        "python": plan.interpreter.base,
        "lock": plan.lock.text,
        **_uv_there(plan, agent, tell),
        "variables": dict(plan.variables),
        "modules": list(plan.modules),
        "offline": False,
        "need_bytes": _UNPACKED * plan.lock.size_bytes,
        "need_inodes": _INODES_PER_WHEEL * len(plan.lock.wheels),
        "about": {
            "source": plan.source,
            "python": list(plan.interpreter.version),
            "interpreter": plan.interpreter.base,
            "packages": plan.lock.versions,
            "platform": plan.interpreter.platform,
        },
    }


def _uv_there(plan: Plan, agent: Agent, tell: Telling) -> dict[str, str]:
    if plan.runs_here:
        return {"uv": uv.local_uv()}
    wheel = wheels.uv_wheel(plan.interpreter.machine, plan.interpreter.system)
    told = agent.request("wheels", {"names": [wheel.name]}).header
    if told["missing"]:
        tell.lasting(f"sending uv, {wheel.stat().st_size / 1e6:.0f} MB")
        agent.request("put", {"path": f"{told['folder']}/{wheel.name}"}, wheel.read_bytes())
    return {"uv_wheel": wheel.name}


def _send(chosen: Sequence[Wheel], plan: Plan, agent: Agent, tell: Telling, why: str = "no index has them") -> None:
    """Put wheels there that are not there yet; one that has arrived is not sent again."""
    if not chosen:
        return
    told = agent.request("wheels", {"names": [one.file for one in chosen]}).header
    missing = [one for one in chosen if one.file in told["missing"]]
    size = sum(one.size_bytes for one in missing)
    if size > MAX_SENT_BYTES:
        raise EnvironmentBuildError(
            f"{why}, and {counted(len(missing), 'wheel')} of {size / 1e6:,.0f} MB are too much to send",
            where=f"{plan.host}; the largest: {_largest(missing)}",
            hint="environment= the folder of an environment there, or module_loads= one that brings them",
        )
    if not missing:
        return
    tell.passing(f"fetching {size_of(missing)} from the package index ...")
    wheels.fetch(missing, plan.interpreter)
    if not plan.runs_here:
        tell.lasting(f"{why}: sending {size_of(missing)}")
    for number, one in enumerate(missing, 1):
        tell.passing(f"sending {number} of {len(missing)}: {one.name} {one.version}, {one.size_bytes / 1e6:.1f} MB")
        agent.request("put", {"path": f"{told['folder']}/{one.file}"}, wheels.path_of(one).read_bytes())


def _largest(chosen: Sequence[Wheel]) -> str:
    three = sorted(chosen, key=lambda one: -one.size_bytes)[:3]
    return ", ".join(f"{one.name} {one.size_bytes / 1e6:,.0f} MB" for one in three)


_STEPS = {
    "room": "there is no room for it",
    "venv": "uv cannot make an environment of this interpreter",
    "index": "uv could not install it",
    "sync": "uv could not install it from the wheels that were sent",
    "check": "it was built, but is not whole",
    "wrapper": "the interpreter starts another one, of which no environment can be made",
}


def _build_error(plan: Plan, failed: Mapping[str, Any]) -> EnvironmentBuildError:
    step, said = str(failed.get("step")), str(failed.get("said"))
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("warning:")]
    if failed.get("hopeless"):
        hint = "remote_work_dir= a folder with room; clustrix env prune removes what is not used"
    else:
        hint = "environment=None takes the interpreter as it is; environment= the folder of an environment there"
    return EnvironmentBuildError(
        f"no environment for {plan.source}: {_STEPS.get(step, step)}: "
        + " ".join(line.strip() for line in lines[-8:])[:1500],
        where=f"{plan.host}, {plan.interpreter}; wanted: {summary(plan.lock)}",
        hint=hint,
    )


def counted(count: int, what: str) -> str:
    """A number of things in words.

    >>> counted(1, "wheel"), counted(2, "wheel")
    ('1 wheel', '2 wheels')
    """
    return f"{count} {what}" + ("" if count == 1 else "s")


def size_of(chosen: Sequence[Wheel]) -> str:
    """How many wheels, and how large they are."""
    return f"{counted(len(chosen), 'wheel')}, {sum(one.size_bytes for one in chosen) / 1e6:.1f} MB"


def summary(lock: Lock, most: int = 6) -> str:
    """The wheels in a few words."""
    names = [f"{one.name} {one.version}" for one in lock.wheels]
    further = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + further
