"""All jobs at once: how each stands as far as its own files tell, and what lies about that no job needs any more."""

import json
import os
import re

from clustrix_remote import ages, jobfolders, outcome, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Optional, Set

    from clustrix_remote.layout import JobFolder, Layout

#: Of job.json, what tells a person which job it is; not the key that signs its outcome.
_ABOUT = (
    "key", "name", "function", "created", "client", "scheduler", "tasks", "resources", "cluster", "python",
    "environment",
)  # fmt: skip
_OUTCOME = ("kind", "node", "started", "ended", "usage")
#: An outcome's header is one line; a longer one is not worth reading for a table.
MAX_OUTCOME_HEADER_BYTES = 65536
#: A package that came so recently may belong to a job that is just being made.
NEW_PACKAGE_SECONDS = 3600.0

_DIGEST = re.compile("[0-9a-f]{64}")


def lines(where: "Layout", keys: "Optional[List[str]]" = None) -> "Iterator[bytes]":
    """One line of JSON for each job (of ``keys``, if they are given), the oldest first."""
    now = ages.now(where.jobs)
    found = [entry for entry in (_entry(folder, now) for folder in _folders(where, keys)) if entry is not None]
    for entry in sorted(found, key=_created):
        yield json.dumps(entry, separators=(",", ":")).encode("utf-8") + b"\n"


def _created(entry: "Dict[str, Any]") -> float:
    created = entry.get("created")
    return created if isinstance(created, (int, float)) else 0.0


def _folders(where: "Layout", keys: "Optional[List[str]]") -> "Iterator[JobFolder]":
    if keys is None:
        try:
            keys = os.listdir(where.jobs)
        except OSError:
            return
    for key in keys:
        try:
            yield where.job(key)
        except ValueError:
            continue  # one that is being made, or nothing of ours


def _entry(folder: "JobFolder", now: float) -> "Optional[Dict[str, Any]]":
    """What is known of one job; None if there is none, or it is being removed just now."""
    try:
        told = jobfolders.describe(folder)
    except OSError:
        return None
    about = told["description"]
    entry = {name: about[name] for name in _ABOUT if about.get(name) is not None}  # type: Dict[str, Any]
    submitted = told["submitted"] or {}
    entry.update(key=folder.key, folder=folder.path, submitted=submitted.get("answer"), task_states=told["tasks"])
    if told["refused"]:
        entry["refused"] = str(told["refused"].get("stderr") or told["refused"].get("stdout"))[:500]
    entry["age_seconds"] = ages.age_seconds(folder.description, now)
    entry["fetched"] = os.path.exists(fetched_path(folder))
    process = processes.read_down(submitted.get("detached"))
    if process is not None:
        entry["alive"] = process.is_alive()
    elif submitted.get("detached"):
        entry["elsewhere"] = True  # on a host that has the same folders
    for task, state in told["tasks"].items():
        if state["outcome_bytes"] is not None:
            state["outcome"] = outcome_header(folder.outcome(int(task)))
        state["started_seconds_ago"] = ages.age_seconds(folder.started(int(task)), now)
        ended = [ages.age_seconds(path, now) for path in (folder.exit_status(int(task)), folder.outcome(int(task)))]
        state["ended_seconds_ago"] = next((age for age in ended if age is not None), None)
    return entry


def outcome_header(path: str) -> "Dict[str, Any]":
    """Of an outcome what needs no key: its kind, node and usage, and the type and message of an exception.

    It is for people to read. The signature is checked by whoever unpickles.
    """
    try:
        with open(path, "rb") as stream:
            stream.readline(100)
            stream.readline(100)
            header = json.loads(stream.readline(MAX_OUTCOME_HEADER_BYTES).decode("utf-8"))
    except (OSError, ValueError):
        return {}
    told = {name: header[name] for name in _OUTCOME if name in header}
    error = header.get("error")
    if isinstance(error, dict):
        told["error"] = "{}: {}".format(error.get("type"), str(error.get("message"))[:500])
    return told


# ------------------------------------------------------------------------------------------------------------ cleaning


def fetched_path(folder: "JobFolder") -> str:
    """The file that says: its value has been brought home, and only what it wrote keeps the folder here."""
    return os.path.join(folder.path, "fetched")


def mark_fetched(folders: "Iterable[JobFolder]") -> None:
    """Note that the values of these jobs have been brought home."""
    for folder in folders:
        try:
            outcome.write_beside_and_rename(fetched_path(folder), [], durable=False)
        except OSError:
            continue  # a full disk, or removed just now: then `clustrix clean` leaves it alone, that is all


def sweep(where: "Layout", keep: "List[str]", dry_run: bool = False) -> "Dict[str, Any]":
    """Remove packages that no job here needs, nor ``keep``, nor came just now. -> ``removed``, ``bytes``."""
    needed = set(keep) | _needed(where)
    now = ages.now(where.packages)
    removed = 0
    freed = 0
    for name in _names(where.packages):
        path = os.path.join(where.packages, name)
        match = _DIGEST.match(name)
        if (match and match.group() in needed) or not _is_old(path, now):
            continue
        freed += _size(path)
        removed += 1
        if not dry_run:
            _remove_package(path)
    return {"removed": removed, "bytes": freed}


def _remove_package(path: str) -> None:
    """Under another name first: who is killed while he removes the runtime leaves no half of it under its own."""
    aside = "{}.{}.going".format(os.path.join(os.path.dirname(path), "old"), os.urandom(4).hex())
    try:
        os.rename(path, aside)
    except FileNotFoundError:
        return  # another connection was faster
    jobfolders.remove_path(aside)


def _needed(where: "Layout") -> "Set[str]":
    """The packages that the jobs here name: the runtime in its script, the user's code in its description."""
    found = set()  # type: Set[str]
    for folder in _folders(where, None):
        for path in (folder.script, folder.description):
            try:
                with open(path, encoding="utf-8", errors="replace") as stream:
                    found.update(_DIGEST.findall(stream.read()))
            except OSError:
                continue
    return found


def _names(folder: str) -> "List[str]":
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_old(path: str, now: float) -> bool:
    age = ages.age_seconds(path, now)
    return age is not None and age > NEW_PACKAGE_SECONDS


def _size(path: str) -> int:
    if not os.path.isdir(path):
        return jobfolders.size_of(path) or 0
    return sum(
        jobfolders.size_of(os.path.join(folder, name)) or 0 for folder, _, names in os.walk(path) for name in names
    )
