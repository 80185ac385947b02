"""The agent's operations: what a request may ask for.

Each is a function of the agent, the request's header and its body, named as the request's ``op``, and returns what
goes into ``ok``; one that streams returns ``(ok, chunks)``. What it raises is told to the client by type, message,
errno and file name.
"""

import os
import signal as signals
import threading

from clustrix_remote import jobfolders, layout, map_requests, processes, submission, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Dict, Iterable, Iterator, Optional, Tuple, Union

    from clustrix_remote.agent import Agent, Body

    _Streamed = Tuple[Dict[str, Any], Iterable[Union[bytes, bytearray, memoryview]]]


class UnknownOperationError(Exception):
    """A request for something this agent cannot do."""


def perform(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "_Streamed":
    """Do what a request asks for: ``(ok, chunks)``."""
    operations = OPERATIONS  # type: Dict[str, Any]
    if header.get("op") not in operations:
        # They may still be on their way here.
        from clustrix_remote import environment_requests, pool_requests

        more = environment_requests.OPERATIONS + pool_requests.OPERATIONS
        operations = dict(operations, **{each.__name__: each for each in more})
    operation = operations.get(str(header.get("op")))
    if operation is None:
        raise UnknownOperationError("{!r}; this agent knows {}".format(header.get("op"), ", ".join(sorted(operations))))
    result = operation(agent, header, body)
    return result if isinstance(result, tuple) else (result, ())


# ------------------------------------------------------------------------------------------------- packages and files


def packages(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """``digests`` -> ``missing``: which of these packages are not here."""
    return {"missing": [digest for digest in header["digests"] if not os.path.exists(agent.where.package(digest))]}


def package(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Store the body under ``digest``, which is checked."""
    jobfolders.make_root(agent.where)
    submission.store_package(agent.where, header["digest"], body.chunks())
    return {}


def put(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Write the body to ``path`` (with ``mode``, 0600 unless told): beside, then renamed. -> ``size``."""
    path = os.path.expanduser(header["path"])
    temporary = "{}.{}.part".format(path, os.urandom(4).hex())
    size = 0
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in body.chunks():
                size += stream.write(chunk)
            os.fchmod(stream.fileno(), header.get("mode", 0o600))
        os.rename(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise
    return {"size": size}


def get(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "_Streamed":
    """-> the bytes of ``path`` from ``offset`` (0), at most ``length``; ``size`` is that of the whole file."""
    return _stream_file(os.path.expanduser(header["path"]), header.get("offset", 0), header.get("length"))


def _stream_file(path: str, offset: int = 0, length: "Optional[int]" = None) -> "_Streamed":
    return _streamed(open(path, "rb"), offset, length)


def _streamed(stream: "IO[bytes]", offset: int = 0, length: "Optional[int]" = None) -> "_Streamed":
    """The stream is closed when its last chunk has been sent."""
    size = os.fstat(stream.fileno()).st_size
    stream.seek(offset)
    return {"size": size}, _chunks(stream, size - offset if length is None else min(length, size - offset))


def _chunks(stream: "IO[bytes]", length: int) -> "Iterator[bytes]":
    with stream:
        while length > 0:
            chunk = stream.read(min(length, wire.CHUNK_BYTES))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk


def file(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "_Streamed":
    """What the ``cluster_*`` functions ask for: ``function`` and the rest as file_requests.py says."""
    from clustrix_remote import file_requests
    from clustrix_remote.files import Files

    files = Files(os.path.dirname(agent.where.root), agent.umask)
    return file_requests.answer(files, header, body.chunks() if body.is_lent else list(body.chunks()))


# ------------------------------------------------------------------------------------------------------------- commands


def run(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Run ``argv`` in ``cwd``, ``timeout_seconds`` long, on the body. -> ``returncode``, ``stdout``, ``stderr``."""
    stdin = b"".join(bytes(chunk) for chunk in body.chunks())
    return processes.run(header["argv"], stdin, header.get("timeout_seconds"), header.get("cwd"))


def signal(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Send ``signal`` (15) to the detached job ``key``, and SIGKILL ``kill_after_seconds`` later. -> ``sent``."""
    folder = agent.where.job(header["key"])
    submitted = jobfolders.read_json(jobfolders.submitted_path(folder)) or {}
    process = processes.read_down(submitted.get("detached"))
    if process is None:
        return {"sent": False}
    sent = process.signal(header.get("signal", signals.SIGTERM))
    if sent and header.get("kill_after_seconds") is not None:
        killer = threading.Timer(header["kill_after_seconds"], process.signal, (signals.SIGKILL,))
        killer.daemon = True
        killer.start()
    return {"sent": sent}


def room(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """-> what this host has and what is free, for a pool of hosts (room.py)."""
    from clustrix_remote import room as measuring

    return measuring.measure(agent.where)


# ----------------------------------------------------------------------------------------------------------------- jobs


def submit(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Make the job's folder and submit it, once per ``key``.

    ``job`` (kept as job.json), ``script`` (submit.sh), ``argv`` (null: the script is started detached),
    ``find_argv``, ``needs`` (digests), ``unpack`` (those to lay into folders), ``packages`` ([digest, length] of those
    in the body), ``calls`` (its length; the body's rest) or ``calls_of`` (the job whose calls it has, too), ``follow``
    (tasks whose logs to tell). -> ``missing``, or ``answer`` ({returncode, stdout, stderr}; ``found`` if it is that of
    find_argv) and ``already``.
    """
    with agent.key_lock(header["key"]):
        return submission.submit(agent.where, header, body, agent.watcher)


def watch(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Watch the jobs ``keys``; all that has happened to them is told again. -> ``unknown``: those that are not here.

    ``follow``: [key, task, offset] of logs to tell from there on.
    """
    unknown = []
    follows = {}  # type: Dict[str, Dict[int, int]]
    for key, task, offset in header.get("follow", ()):
        follows.setdefault(key, {})[int(task)] = max(0, int(offset))
    for key in header["keys"]:
        folder = agent.where.job(key)
        description = jobfolders.read_json(folder.description)
        if description is None:
            unknown.append(key)
            continue
        agent.watcher.watch(key, jobfolders.tasks_of(description), follows.get(key))
        submission.attend(folder, agent.watcher)
    return {"unknown": unknown}


def unwatch(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Watch ``keys`` no longer."""
    for key in header["keys"]:
        agent.watcher.unwatch(key)
    return {}


def follow(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Tell what is added to the log of ``task`` of ``key``, from ``offset`` on, as "log" events."""
    agent.watcher.follow(layout.check_key(header["key"]), int(header["task"]), int(header.get("offset", 0)))
    return {}


def unfollow(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """The contrary of ``follow``."""
    agent.watcher.unfollow(header["key"], header["task"])
    return {}


def job(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """All that is known of the job ``key``: ``description``, ``submitted``, ``refused``, ``tasks``.

    ``settled``: after a submission that is under way has been answered, or has died.
    """
    folder = agent.where.job(header["key"])
    told = jobfolders.describe(folder)
    if header.get("settled") and told["submitted"] is None:
        # This agent may be at it itself.
        with agent.key_lock(header["key"]):
            submission.settle(folder)
        told = jobfolders.describe(folder)
    return told


def jobs(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """The same of every job, as ``jobs``: ``{key: ..}``."""
    try:
        keys = sorted(name for name in os.listdir(agent.where.jobs) if not name.startswith("."))
    except FileNotFoundError:
        return {"jobs": {}}
    found = {}
    for key in keys:
        try:
            found[key] = jobfolders.describe(agent.where.job(key))
        except (FileNotFoundError, ValueError):
            continue  # being removed just now, or not a job
    return {"jobs": found}


def table(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "_Streamed":
    """-> a line of JSON for each job (of ``keys``, unless null): who it is, and how its own files say that it stands.

    ``submitted``, ``task_states`` ({task: {started, outcome, exit, details, started_seconds_ago, ended_seconds_ago}}),
    ``age_seconds``, ``fetched``, and of a detached script whether it is ``alive``.
    """
    from clustrix_remote import overview

    return {}, overview.lines(agent.where, header.get("keys"))


def sweep(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Remove packages that no job needs, nor ``keep``; with ``dry_run`` only count. -> ``removed``, ``bytes``."""
    from clustrix_remote import overview

    return overview.sweep(agent.where, header.get("keep", ()), header.get("dry_run", False))


def outcome(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "_Streamed":
    """-> the outcome file of ``task`` of ``key``, or with ``record`` ([offset, length]) the outcome of one of its calls."""
    folder = agent.where.job(header["key"])
    if header.get("record"):
        return _streamed(jobfolders.open_own(folder.records(header["task"])), *header["record"])
    return _streamed(jobfolders.open_own(folder.outcome(header["task"])))


def log(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Union[_Streamed, Dict[str, Any]]":
    """-> the log of ``task`` of ``key``, from ``offset``, at most ``limit`` bytes; nothing if there is none yet."""
    path = agent.where.job(header["key"]).log(header["task"])
    try:
        return _stream_file(path, header.get("offset", 0), header.get("limit"))
    except FileNotFoundError:
        return {"size": 0}


def work(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """-> ``files`` that lie in the working folder of ``task`` of ``key``, and the ``folder``."""
    folder = agent.where.job(header["key"])
    return {"folder": folder.work(header["task"]), "files": jobfolders.working_files(folder, header["task"])}


def remove(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Remove the jobs ``keys``; with ``unless_files`` not those that left files: they count as fetched. -> ``kept``."""
    folders = [agent.where.job(key) for key in header["keys"]]
    kept = [folder.key for folder in folders if header.get("unless_files") and jobfolders.has_left_files(folder)]
    if kept:
        from clustrix_remote import overview

        overview.mark_fetched([folder for folder in folders if folder.key in kept])
    folders = [folder for folder in folders if folder.key not in kept]
    for folder in folders:
        agent.watcher.unwatch(folder.key)
    jobfolders.remove(agent.where, folders)
    return {"kept": kept}


OPERATIONS = {
    operation.__name__: operation
    for operation in (
        packages, package, put, get, file, run, signal, room, submit, watch, unwatch, follow, unfollow, job, jobs, table,
        outcome, log, work, remove, sweep,
        *map_requests.OPERATIONS,
    )
}  # fmt: skip
