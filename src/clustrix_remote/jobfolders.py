"""Job folders: made whole or not at all, read, and removed. The paths are those of :mod:`clustrix_remote.layout`."""

import errno
import json
import os
import re
import stat
import time

from clustrix_remote import ages, layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Dict, Iterable, List, Optional, Set, Tuple

    from clustrix_remote.layout import JobFolder, Layout
    from clustrix_remote.outcome import Buffer

#: An end is not removed before it is this old: longer than a watcher's longest pause, who may tell another process.
NEWS_SECONDS = 0.1
#: How long a removal waits for a job's script to write its last word, which would else be left in the spool.
EXIT_WAIT_SECONDS = 5.0
#: What we keep as JSON is small; only a map's description names each of its calls.
MAX_JSON_BYTES = 64 * 1024 * 1024
#: An exit record is a few lines.
MAX_EXIT_BYTES = 65536
_TASK = re.compile(r"[0-9]{1,9}\Z")


def make_private_folder(path: str) -> None:
    """Make a folder that only we can enter. PermissionError for one that somebody else has put there."""
    try:
        os.makedirs(path, 0o700)
    except OSError as error:
        if error.errno != errno.EEXIST or not os.path.isdir(path):
            raise
        _check_is_ours(path)


def _check_is_ours(path: str) -> None:
    """Whoever owns a folder, or a link to one, may put into it what we would run."""
    there = os.stat(path)
    if {there.st_uid, os.lstat(path).st_uid} != {os.getuid()}:
        raise PermissionError(errno.EPERM, "this folder belongs to another user (choose another remote_work_dir)", path)
    if there.st_mode & 0o022:
        os.chmod(path, there.st_mode & 0o7755)


def make_root(where: "Layout") -> None:
    """Make the folders that all jobs share."""
    make_private_folder(where.root)
    for path in (where.packages, where.jobs, where.spool):
        make_private_folder(path)


def create(
    where: "Layout", folder: "JobFolder", files: "Dict[str, Iterable[Buffer]]", links: "Optional[Dict[str, str]]" = None
) -> bool:
    """Make the job's folder with ``files`` ({name: an iterable of bytes-like}) in it; False if it is there already.

    ``links`` ({name: path}) are files that are there already, and are to be in it, too.

    It is made beside and renamed, so of two that try at once exactly one succeeds, and nobody sees half a folder.
    """
    temporary = os.path.join(where.jobs, ".{}.{}".format(folder.key, os.urandom(4).hex()))
    os.mkdir(temporary, 0o700)
    try:
        # The first task's working folder, too: most jobs have no other, and a script would start a process to make it.
        for name in ("outcomes", "logs", "work", "work/0"):
            os.mkdir(os.path.join(temporary, name), 0o700)
        for name, parts in files.items():
            write_file(os.path.join(temporary, name), parts)
        for name, path in (links or {}).items():
            _link_or_copy(path, os.path.join(temporary, name))
        os.rename(temporary, folder.path)
    except BaseException as error:
        _remove_tree(temporary)
        if isinstance(error, OSError) and error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    return True


def _link_or_copy(path: str, to: str) -> None:
    try:
        os.link(path, to)
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise
        import shutil

        shutil.copyfile(path, to)  # a file system without hard links


def write_file(path: str, parts: "Iterable[Buffer]") -> None:
    """Write a file that only we can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for part in parts:
                stream.write(part)
    except OSError as error:
        # A write does not say where: of a full disk, that is what one has to know.
        raise OSError(error.errno, error.strerror, path) from None


def write_json(path: str, value: "Any") -> None:
    """Write ``value`` so that ``path`` is either whole or not there."""
    temporary = "{}.{}.part".format(path, os.getpid())
    write_file(temporary, [json.dumps(value, sort_keys=True).encode("utf-8")])
    os.rename(temporary, path)


def read_json(path: str) -> "Optional[Dict[str, Any]]":
    """The object in a file of JSON, ``None`` if there is no such file, or something else in it."""
    try:
        with open(path, "rb") as stream:
            content = stream.read(MAX_JSON_BYTES + 1)
        value = json.loads(content.decode("utf-8")) if len(content) <= MAX_JSON_BYTES else None
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def tasks_of(description: "Dict[str, Any]") -> int:
    """How many tasks a job has, by its description."""
    tasks = description.get("tasks")
    return tasks if isinstance(tasks, int) and tasks > 0 else 1


def submitted_path(folder: "JobFolder") -> str:
    """Where the answer of the submission is kept."""
    return os.path.join(folder.path, "submitted.json")


def refused_path(folder: "JobFolder") -> str:
    """Where the answer of a submission is kept that was refused."""
    return os.path.join(folder.path, "refused.json")


def describe(folder: "JobFolder") -> "Dict[str, Any]":
    """What is known of a job: ``{"description", "submitted", "refused", "tasks"}``; FileNotFoundError if there is none."""
    description = read_json(folder.description)
    if description is None:
        raise FileNotFoundError(errno.ENOENT, "there is no job {}".format(folder.key), folder.path)
    tasks = {}  # type: Dict[str, Dict[str, Any]]
    for task, what in outcome_files(folder):
        entry = tasks.setdefault(str(task), {"started": None, "outcome_bytes": None, "exit": None, "details": {}})
        if what == layout.STARTED:
            entry["started"] = read_json(folder.started(task))
        elif what == layout.OUTCOME:
            entry["outcome_bytes"] = size_of(folder.outcome(task))
        else:
            entry["exit"], entry["details"] = read_exit(folder, task)
    submitted = read_json(submitted_path(folder))
    refused = None if submitted else read_json(refused_path(folder))
    return {"description": description, "submitted": submitted, "refused": refused, "tasks": tasks}


def outcome_files(folder: "JobFolder") -> "List[Tuple[int, str]]":
    """``(task, what)`` for every file in ``outcomes/``."""
    # By listing: NFS remembers of a name that was not there once that it is not there.
    try:
        names = os.listdir(folder.outcomes)
    except OSError:
        return []
    found = []
    for name in names:
        task, dot, what = name.partition(".")
        if _TASK.match(task) and (not dot or what in (layout.STARTED, layout.EXIT)):
            found.append((int(task), what or layout.OUTCOME))
    return found


def size_of(path: str) -> "Optional[int]":
    """Bytes in a file, ``None`` if it is not there."""
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def open_own(path: str) -> "IO[bytes]":
    """Open a file that we wrote ourselves, for reading; PermissionError if somebody else did, or put a link there."""
    # It may be a pipe.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    told = os.fstat(descriptor)
    if told.st_uid == os.getuid() and stat.S_ISREG(told.st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if told.st_uid == os.getuid():
        raise OSError(errno.EINVAL, "it is no file", path)
    raise PermissionError(errno.EPERM, "this file belongs to another user", path)


def read_exit(folder: "JobFolder", task: int) -> "Tuple[Optional[int], Dict[str, str]]":
    """``(status, details)`` that the job's script wrote down when Python ended; ``(None, {})`` if it did not.

    The status is a shell's (128 + signal) and on a line of its own; each further line is a name, a space and a value.
    """
    try:
        with open(folder.exit_status(task), "rb") as stream:
            lines = stream.read(MAX_EXIT_BYTES).decode("utf-8", "replace").splitlines()
        return int(lines[0][:9]), dict(line.partition(" ")[::2] for line in lines[1:])
    except (OSError, ValueError, IndexError):
        return None, {}


def working_files(folder: "JobFolder", task: int) -> "List[Dict[str, Any]]":
    """The files below a task's working folder: ``[{"name", "size", "modified"}]``, names relative and sorted."""
    top = folder.work(task)
    found = []
    for path, _folders, names in os.walk(top):
        for name in names:
            full = os.path.join(path, name)
            told = os.lstat(full)
            found.append({"name": os.path.relpath(full, top), "size": told.st_size, "modified": told.st_mtime})
    return sorted(found, key=lambda entry: entry["name"])


def has_left_files(folder: "JobFolder") -> bool:
    """Whether a function left files in its working folder, beside those that came with it (job.json's "data")."""
    shipped = set((read_json(folder.description) or {}).get("data", ()))
    try:
        tasks = [name for name in os.listdir(os.path.join(folder.path, "work")) if _TASK.match(name)]
    except OSError:
        return False
    return any(entry["name"] not in shipped for task in tasks for entry in working_files(folder, int(task)))


def remove(where: "Layout", folders: "List[JobFolder]") -> None:
    """Remove jobs, their announcements first."""
    deadline = time.monotonic() + EXIT_WAIT_SECONDS
    for folder in folders:
        while _lacks_exit(folder) and time.monotonic() < deadline:
            time.sleep(0.02)
    now = ages.now(where.spool)
    time.sleep(max([0.0] + [_still_news_seconds(folder, now) for folder in folders]))
    _remove_announcements(where, {folder.key for folder in folders})
    for folder in folders:
        _remove_tree(folder.path)


def _still_news_seconds(folder: "JobFolder", now: float) -> float:
    """How long other processes that follow the job may still need to see that it has ended."""
    age = ages.age_seconds(folder.outcomes, now)
    return 0.0 if age is None else max(0.0, NEWS_SECONDS - age)


def _lacks_exit(folder: "JobFolder") -> bool:
    """Whether some task has begun whose script has not written its last word."""
    found = outcome_files(folder)
    ended = {task for task, what in found if what == layout.EXIT}
    return any(task not in ended for task, _what in found)


def _remove_announcements(where: "Layout", keys: "Set[str]") -> None:
    try:
        names = os.listdir(where.spool)
    except OSError:
        return
    for name in names:
        parsed = layout.parse_spool_name(name)
        if parsed is not None and parsed[0] in keys:
            try:
                os.unlink(os.path.join(where.spool, name))
            except OSError:
                pass  # another connection was faster


def remove_path(path: str) -> None:
    """Remove a file, or a folder with all in it; that it is gone already is no error."""
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            _remove_tree(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass  # another connection was faster


def _remove_tree(path: str) -> None:
    import shutil

    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        pass
