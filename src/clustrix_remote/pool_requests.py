"""The agent's operations for pools: start an engine's driver, pass it frames, end it. What it says becomes events.

The driver ends with its input: when the pool is closed, and when this agent is no more.
"""

import os
import threading

from clustrix_remote import jobfolders, outcome, submission, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from typing import Any, Dict

    from clustrix_remote.agent import Agent, Body

#: How long a driver may take to end its engine.
END_SECONDS = 15.0
#: What is told of a driver's last words.
_WORDS_BYTES = 4000

_drivers = {}  # type: Dict[str, _Driver]


class _Driver:
    def __init__(self, process: "subprocess.Popen[bytes]", log: str) -> None:
        self.process = process
        self.log = log
        self.lock = threading.Lock()


def pool_open(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Start the driver ``argv`` of the pool ``key`` with ``variables`` set; events of that key tell what it says."""
    import subprocess

    key, folder = header["key"], agent.where.pool(header["key"])
    jobfolders.make_root(agent.where)
    missing = submission.store_packages(agent.where, header, body)
    if missing:
        return {"missing": missing}
    for digest in header["unpack"]:
        submission.unpack_package(agent.where, digest)
    os.makedirs(folder, mode=0o700)
    log = os.path.join(folder, "driver.log")
    with open(log, "wb") as stream:
        process = subprocess.Popen(
            header["argv"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stream,
            cwd=folder,
            env=dict(os.environ, **header["variables"]),
            start_new_session=True,
        )
    driver = _drivers[key] = _Driver(process, log)
    _tell(driver, {"folder": folder, "heartbeat_seconds": header["heartbeat_seconds"]}, b"")
    threading.Thread(target=_pass_on, args=(agent, key, driver), daemon=True).start()
    return {"folder": folder}


def _pass_on(agent: "Agent", key: str, driver: _Driver) -> None:
    stdout = driver.process.stdout
    try:
        while stdout is not None:
            frame = wire.read_frame(stdout)
            if frame is None:
                break
            agent.send(dict(frame[0], event="pool", key=key), frame[1])
    except (wire.WireError, OSError):
        pass  # it was killed amid a frame: that it has ended is told now
    words = _last_words(driver.log)
    agent.send({"event": "pool", "key": key, "ended": driver.process.wait(), "words": words})
    _drivers.pop(key, None)


def _last_words(log: str) -> str:
    try:
        with open(log, "rb") as stream:
            return stream.read()[-_WORDS_BYTES:].decode("utf-8", "replace")
    except OSError:
        return ""  # it has removed its folder: it was told to end


def _tell(driver: _Driver, message: "Dict[str, Any]", body: bytes) -> None:
    with driver.lock:
        if driver.process.stdin is None:
            raise BrokenPipeError
        wire.write_frame(driver.process.stdin, message, body)


def pool_send(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Pass ``message`` and the body on to the driver of the pool ``key``, when the packages it ``needs`` are here."""
    missing = submission.store_packages(agent.where, header, body)
    if missing:
        return {"missing": missing}
    driver = _drivers.get(header["key"])
    if driver is None:
        raise BrokenPipeError("the pool has ended")
    _tell(driver, header["message"], b"".join(bytes(part) for part in body.take(header["length"])))
    return {}


def pool_program(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Write a large program into the folder ``name`` among those of pools: beside, then renamed."""
    folder = agent.where.pool(header["name"])
    os.makedirs(folder, mode=0o700, exist_ok=True)
    outcome.write_beside_and_rename(os.path.join(folder, "calls"), body.chunks(), durable=False)
    return {}


def pool_close(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """End the driver of the pool ``key``, and remove what is left of the pool."""
    import shutil

    driver = _drivers.get(header["key"])
    if driver is not None:
        if driver.process.stdin is not None:
            driver.process.stdin.close()
        try:
            driver.process.wait(END_SECONDS)
        except Exception:  # subprocess.TimeoutExpired, which is imported where it is needed
            driver.process.kill()
    shutil.rmtree(agent.where.pool(header["key"]), ignore_errors=True)
    for name in os.listdir(agent.where.pools) if os.path.isdir(agent.where.pools) else ():
        if name.startswith(header["key"] + "-"):
            shutil.rmtree(os.path.join(agent.where.pools, name), ignore_errors=True)
    return {}


OPERATIONS = (pool_open, pool_send, pool_program, pool_close)
