"""Submitting a job once, however often it is asked for.

Three gates, each of which one of several comers passes: a lock by key inside this agent; the rename that makes the
job's folder; and, for an agent that died between the submission and writing down its answer, the question whether the
job exists (in the scheduler by its name, or for a detached script by the claim it leaves).
"""

import os
import threading
import time

from clustrix_remote import jobfolders, layout, outcome, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Optional

    from clustrix_remote.agent import Body
    from clustrix_remote.layout import JobFolder, Layout
    from clustrix_remote.outcome import Buffer
    from clustrix_remote.watcher import Watcher

#: How long another agent that is alive may take to submit before we look for its job ourselves.
OTHER_AGENT_SECONDS = 60.0
#: How long a scheduler that does not answer is asked whether it has a job.
FIND_SECONDS = 60.0
#: What the script of a detached job makes first, if it is not there, so that of two started scripts one runs. It holds
#: the number of its process.
CLAIM_NAME = "claimed"

#: So many detached scripts of a user run at once, or two for each core if that is more; the scripts see to it.
FEWEST_SLOTS = 16

#: The runtime's modules that a plain call imports. They are compiled as soon as they are there, while the scheduler
#: thinks: the first job of this Python need not.
START_MODULES = (
    "__init__", "runner", "outcome", "signature", "callfile", "layout", "package", "modules", "program", "source_lines",
    "definitions", "trees", "rebuild", "values", "hashed", "moved", "placeholders", "portable",
)  # fmt: skip

_package_lock = threading.Lock()


class HashMismatchError(Exception):
    """A package that arrived is not what its name says."""


def submit(where: "Layout", header: "Dict[str, Any]", body: "Body", watcher: "Watcher") -> "Dict[str, Any]":
    """Do one ``submit`` request; the caller holds the key's lock. The keys of ``header`` are told in commands.py."""
    folder = where.job(header["key"])
    submitted = jobfolders.read_json(jobfolders.submitted_path(folder))
    if submitted is not None:
        _watch(header, folder, watcher)
        return {"answer": submitted["answer"], "already": True}
    if not _has_environment(where, header):
        return {"missing_environment": header["environment"]}
    jobfolders.make_root(where)
    missing = store_packages(where, header, body)
    if missing:
        return {"missing": missing}
    for digest in header.get("unpack", ()):
        unpack_package(where, digest)
    is_new = _create(where, folder, header, body)
    found = None if is_new else _answer_of_another(folder, header)
    _watch(header, folder, watcher)
    if found is not None:
        return {"answer": found, "already": True}
    return {"answer": _start(folder, header, watcher), "already": False}


def _has_environment(where: "Layout", header: "Dict[str, Any]") -> bool:
    if not header.get("environment"):
        return True
    from clustrix_remote import environments

    return environments.ready(where, header["environment"]) is not None


def store_packages(where: "Layout", header: "Dict[str, Any]", body: "Body") -> "List[str]":
    """Store the packages that came along; the digests that are needed and still not there."""
    for digest, length in header.get("packages", ()):
        store_package(where, digest, body.take(length))
    return [digest for digest in header.get("needs", ()) if not os.path.exists(where.package(digest))]


def store_package(where: "Layout", digest: str, parts: "Iterable[Buffer]") -> None:
    """Write one package under its SHA-256, which is checked; also if it is there: the old one may be broken."""
    import hashlib

    hashed = hashlib.sha256()

    def checked() -> "Iterator[Buffer]":
        for part in parts:
            hashed.update(part)
            yield part
        if hashed.hexdigest() != digest:
            raise HashMismatchError("package {} arrived as {}".format(digest, hashed.hexdigest()))

    # No lock: the network may be slow.
    beside = "{}.{}".format(where.package(digest), os.urandom(4).hex())
    outcome.write_beside_and_rename(beside, checked())
    os.rename(beside, where.package(digest))


def unpack_package(where: "Layout", digest: str) -> None:
    """Lay the runtime into its folder, once: Python keeps what it compiled beside modules, but not in a zip."""
    folder = where.unpacked(digest)
    if _is_whole(folder):
        return
    import io
    import shutil
    import tempfile
    import zipfile

    with _package_lock:
        beside = tempfile.mkdtemp(prefix="unpacking-", dir=where.packages)
        try:
            with zipfile.ZipFile(where.package(digest)) as package:
                inner = io.BytesIO(package.read(layout.RUNTIME_MEMBER))
            with zipfile.ZipFile(inner) as archive:
                archive.extractall(beside)
            _remove_rest(folder, beside + "-rest")
            os.rename(beside, folder)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            # Another agent may have been quicker.
            if not _is_whole(folder):
                raise
            return
    threading.Thread(target=_compile, args=(os.path.join(folder, "clustrix_remote"),), daemon=True).start()


def _is_whole(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "__main__.py"))


def _remove_rest(folder: str, aside: str) -> None:
    """A Python that ran from a folder while that was removed makes it again, for the bytecode of what it had read: nobody can start from that."""
    if os.path.isdir(folder) and not _is_whole(folder):
        os.rename(folder, aside)
        jobfolders.remove_path(aside)


def _compile(folder: str) -> None:
    import py_compile

    try:
        for name in START_MODULES:
            py_compile.compile(os.path.join(folder, name + ".py"), doraise=True)
    except (OSError, py_compile.PyCompileError):
        pass  # then each job compiles what it imports


def _create(where: "Layout", folder: "JobFolder", header: "Dict[str, Any]", body: "Body") -> bool:
    import json

    me = {"host": os.uname()[1], "pid": os.getpid(), "started": processes.start_time(os.getpid())}
    files = {  # type: Dict[str, Iterable[Buffer]]
        "job.json": [json.dumps(dict(header["job"]), sort_keys=True).encode("utf-8")],
        "submit.sh": [header["script"].encode("utf-8", "surrogateescape")],
        "submitting.json": [json.dumps(me).encode("utf-8")],
    }
    if header.get("calls") is not None and not header.get("calls_of"):
        files["calls"] = body.take(header["calls"])
    if os.path.isdir(folder.path):
        return False
    links = {}
    if header.get("calls_of"):
        # The jobs of one map have one call file.
        links["calls"] = where.job(header["calls_of"]).calls
    return jobfolders.create(where, folder, files, links)


def _watch(header: "Dict[str, Any]", folder: "JobFolder", watcher: "Watcher") -> None:
    watcher.watch(folder.key, jobfolders.tasks_of(header["job"]), dict.fromkeys(map(int, header.get("follow", ())), 0))
    attend(folder, watcher)


def attend(folder: "JobFolder", watcher: "Watcher") -> None:
    """If the job is a detached script, have the watcher look after its processes."""
    submitted = jobfolders.read_json(jobfolders.submitted_path(folder)) or {}
    process = processes.read_down(submitted.get("detached"))
    if process is not None:
        watcher.attend(folder.key, process)


def _start(folder: "JobFolder", header: "Dict[str, Any]", watcher: "Watcher") -> "Dict[str, Any]":
    """Run the submit command, or start the script; write down what it answered."""
    if header.get("argv") is not None:
        answer = processes.run(header["argv"], timeout_seconds=header.get("timeout_seconds", 120), cwd=folder.path)
        if answer["returncode"] == 0:
            _record(folder, answer, None)
        else:
            # Not as the answer: asked again, it may be taken.
            jobfolders.write_json(jobfolders.refused_path(folder), answer)
        return answer
    environment = dict(os.environ, CLUSTRIX_SLOTS=str(slots()), CLUSTRIX_CORES=str(cores()))
    environment["CLUSTRIX_NODE"] = os.uname().nodename
    detached = processes.Detached.start(["/bin/sh", folder.script], folder.path, environment)
    watcher.attend(folder.key, detached)
    answer = _answer(str(detached.pid))
    _record(folder, answer, processes.written_down(detached))
    return answer


def slots() -> int:
    """How many detached jobs of one core run here at once."""
    return max(FEWEST_SLOTS, 2 * cores())


def cores() -> int:
    """How many cores of this machine are ours."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _answer(stdout: str) -> "Dict[str, Any]":
    return {"returncode": 0, "stdout": stdout, "stderr": ""}


def _record(folder: "JobFolder", answer: "Dict[str, Any]", detached: "Optional[Dict[str, Any]]") -> None:
    jobfolders.write_json(
        jobfolders.submitted_path(folder), {"answer": answer, "detached": detached, "time": time.time()}
    )


def _answer_of_another(folder: "JobFolder", header: "Dict[str, Any]") -> "Optional[Dict[str, Any]]":
    """What became of a submission that somebody else began; ``None`` if there was none, so that it is ours to make."""
    settle(folder)
    submitted = jobfolders.read_json(jobfolders.submitted_path(folder)) or {}
    answer = submitted.get("answer")  # type: Optional[Dict[str, Any]]
    return answer or _find(folder, header)


def settle(folder: "JobFolder") -> None:
    """Wait until a submission that somebody else began is written down, or nobody is at it any more."""
    deadline = time.monotonic() + OTHER_AGENT_SECONDS
    while time.monotonic() < deadline:
        if jobfolders.read_json(jobfolders.submitted_path(folder)) is not None or _find_claim(folder):
            return
        # A submit command outlives an agent that was killed, and what it does is not to be done again.
        if not _is_being_submitted(folder) and not processes.is_any_in(folder.path):
            return
        time.sleep(0.02)


def _is_being_submitted(folder: "JobFolder") -> bool:
    """Whether an agent other than this one may be at it: one of this host that is alive, or any of another host."""
    who = jobfolders.read_json(os.path.join(folder.path, "submitting.json"))
    if who is None or (who.get("host") == os.uname()[1] and who.get("pid") == os.getpid()):
        return False
    if who.get("host") != os.uname()[1]:
        return True
    return processes.start_time(who.get("pid")) == who.get("started")


def _find(folder: "JobFolder", header: "Dict[str, Any]") -> "Optional[Dict[str, Any]]":
    if header.get("argv") is None:
        return _find_claim(folder)
    if header.get("find_argv") is None:
        return None
    answer = _ask(header["find_argv"])
    if could_not_say(answer["returncode"], answer["stderr"]):
        # The job may exist: its submission is refused in the scheduler's words rather than made twice.
        return answer
    if answer["returncode"] != 0 or not answer["stdout"].strip():
        return None
    # Not in the submit command's words but in the find command's: the client knows which by this mark.
    answer["found"] = True
    _record(folder, answer, None)
    return answer


def _ask(argv: "List[str]") -> "Dict[str, Any]":
    """Run a command that looks for a job, again and again while the scheduler cannot say."""
    deadline = time.monotonic() + FIND_SECONDS
    while True:
        answer = processes.run(argv, timeout_seconds=FIND_SECONDS)
        if not could_not_say(answer["returncode"], answer["stderr"]) or time.monotonic() > deadline:
            return answer
        time.sleep(1.0)


def could_not_say(returncode: int, stderr: str) -> bool:
    """Whether a command that looks for a job failed for another reason than that there is none (LSF: "not found")."""
    return returncode != 0 and bool(stderr.strip()) and "not found" not in stderr


def _find_claim(folder: "JobFolder") -> "Optional[Dict[str, Any]]":
    try:
        with open(os.path.join(folder.path, CLAIM_NAME), encoding="ascii") as stream:
            pid = int(stream.read())
    except (OSError, ValueError):
        return None
    answer = _answer(str(pid))
    _record(folder, answer, processes.written_down(processes.Detached(pid, processes.start_time(pid))))
    return answer
