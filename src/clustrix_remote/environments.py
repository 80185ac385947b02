"""Environments on the cluster: built once under a key, used read-only, listed and removed.

``envs/<key>/`` is an environment when its file READY is there, which is written last; anything else under that name
is what a killed build left, and the next one starts afresh. One process at a time runs uv here, since uv's own locks
do not hold on NFS (uv issues 10286, 18061, 18073).
"""

import os
import shutil
import time

from clustrix_remote import ages, build_lock, jobfolders, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence

    from clustrix_remote.layout import Layout

READY = "READY"
#: An attempt to reach the package index that failed is not repeated for this long.
OFFLINE_SECONDS = 600.0
BUILD_SECONDS = 1800.0
CHECK_SECONDS = 60.0
#: What is not removed yet, and what uv needs, begins with a dot: no key does.
_TRASH, _CACHE, _TOOLS, _LOCK, _OFFLINE = ".trash", ".cache", ".tools", ".lock", ".offline"
#: What uv says when no attempt at the same place can succeed.
_HOPELESS = ("No space left on device", "Disk quota exceeded", "Read-only file system", "Permission denied")
#: And when there is no way to an index.
_NOBODY = ("(Connect)", "dns error", "Connection refused", "unreachable", *_HOPELESS)


class BuildFailed(Exception):  # not an error of ours: it is answered
    """A step of a build did not succeed: which, and the last of what it said."""

    def __init__(self, step: str, said: str) -> None:
        Exception.__init__(self, step)
        self.step = step
        self.said = said


def ready(where: "Layout", key: str) -> "Optional[Dict[str, Any]]":
    """What READY says of an environment, None if it is not there; marks it as used."""
    path = os.path.join(where.environment(key), READY)
    try:
        os.utime(path, None)
    except OSError:
        return None
    about = jobfolders.read_json(path)
    return about if isinstance(about, dict) else None


def python_of(folder: str) -> str:
    """The interpreter of an environment."""
    return os.path.join(folder, "bin", "python")


# ------------------------------------------------------------------------------------------------------------ building


def build(where: "Layout", asked: "Dict[str, Any]") -> "Dict[str, Any]":
    """Build the environment ``key``, once. -> ``ready``, ``built``; or ``failed`` ({step, said, hopeless}).

    ``asked``: ``python``, ``lock`` (a requirements file with hashes), ``uv`` (its path) or ``uv_wheel`` (its name
    below wheels/), ``variables``, ``modules`` (that must be found afterwards), ``offline`` (use wheels/ only),
    ``need_bytes``, ``need_inodes``, ``about`` (kept in READY).
    """
    found = ready(where, asked["key"])
    if found is not None:
        return {"ready": found, "built": False}
    make_folders(where)
    while True:
        with build_lock.BuildLock(os.path.join(where.environments, _LOCK)) as lock:
            found = ready(where, asked["key"])
            if found is not None:
                return {"ready": found, "built": False}
            try:
                return {"ready": _Build(where, asked, lock).run(), "built": True}
            except BuildFailed as failure:
                hopeless = any(words in failure.said for words in _HOPELESS)
                return {"failed": {"step": failure.step, "said": failure.said, "hopeless": hopeless}}
            except build_lock.LockLostError:
                pass  # we stood still for so long that another builds it now: what it makes is ours as well


def make_folders(where: "Layout") -> None:
    """Make what builds need."""
    jobfolders.make_private_folder(where.root)
    jobfolders.make_private_folder(where.environments)
    jobfolders.make_private_folder(where.wheels)


class _Build:
    """One build, by whoever holds the lock."""

    def __init__(self, where: "Layout", asked: "Dict[str, Any]", lock: build_lock.BuildLock) -> None:
        self._where = where
        self._asked = asked
        self._lock = lock
        self._folder = where.environment(asked["key"])
        self._began = time.time()

    def run(self) -> "Dict[str, Any]":
        """What READY says then. Raises BuildFailed, and leaves nothing behind; LockLostError, and touches nothing."""
        discard(self._where, self._folder)
        try:
            self._check_room()
            self._make()
            self._check_modules()
            self._lock.check()
            return self._mark_ready()
        except BaseException:
            self._lock.check()  # what lies there now may be another's
            discard(self._where, self._folder)
            raise

    def _check_room(self) -> None:
        room = free_room(self._where.environments)
        for what, unit in (("bytes", " bytes"), ("inodes", " inodes")):
            needed = self._asked.get("need_" + what) or 0
            free = room[what]
            if free is not None and free < needed:
                said = "No space left on device: about {}{} are needed below {}, {} are free"
                raise BuildFailed("room", said.format(needed, unit, self._where.environments, free))

    def _make(self) -> None:
        offline = os.path.join(self._where.environments, _OFFLINE)
        failed_before = ages.age_seconds(offline, ages.now(self._where.environments))
        if not self._asked["offline"] and failed_before is not None and failed_before < OFFLINE_SECONDS:
            raise BuildFailed("index", "the package index could not be reached a short while ago")
        uv = self._asked.get("uv") or unpacked_uv(self._where, self._asked["uv_wheel"])
        self._uv(uv, "venv", ["venv", "--quiet", "--no-project", "--python", self._asked["python"], self._folder])
        lock = os.path.join(self._folder, "requirements.txt")
        jobfolders.write_file(lock, [self._asked["lock"].encode("utf-8")])
        arguments = ["pip", "sync", "--python", python_of(self._folder), "--require-hashes", "--no-build"]
        arguments += ["--find-links", self._where.wheels]
        if self._asked["offline"]:
            arguments += ["--offline", "--no-index"]
        self._uv(uv, "sync" if self._asked["offline"] else "index", [*arguments, lock])

    def _uv(self, uv: str, step: str, arguments: "List[str]") -> None:
        variables = dict(os.environ, **self._asked.get("variables") or {})
        variables.update(
            UV_CACHE_DIR=os.path.join(self._where.environments, _CACHE),
            UV_PYTHON_DOWNLOADS="never",
            UV_NO_PROGRESS="1",
            NO_COLOR="1",
            # Of the cache's files only names are new in an environment; where that cannot be, uv copies, and says so.
            UV_LINK_MODE=variables.get("UV_LINK_MODE", "hardlink"),
        )
        if step == "index":
            # A firewall that drops packets must not cost minutes: there is another road.
            variables.update(UV_HTTP_CONNECT_TIMEOUT="4", UV_HTTP_RETRIES="0")
        # Whoever builds after us begins in the same folder.
        options = {"timeout_seconds": BUILD_SECONDS, "environment": variables, "ends_with_us": True}  # type: Dict[str, Any]
        try:
            answer = processes.run([uv, *arguments], **options)
            if step == "index" and answer["returncode"] != 0 and not any(one in answer["stderr"] for one in _NOBODY):
                # Somebody answers: what failed may have been one of many downloads.
                variables["UV_HTTP_RETRIES"] = "3"
                answer = processes.run([uv, *arguments], **options)
        except OSError as error:
            raise BuildFailed(step, "{}: {}".format(uv, error)) from None
        if answer["returncode"] != 0:
            said = answer["stderr"].strip() or "uv ended with {}".format(answer["returncode"])
            if step == "index" and not any(words in said for words in _HOPELESS):
                jobfolders.write_file(os.path.join(self._where.environments, _OFFLINE), [])
            raise BuildFailed(step, said[-4000:])

    def _check_modules(self) -> None:
        """What shall be imported is there; it is not imported, as some can be on compute nodes only."""
        code = (
            "import sys, importlib.util as u\nprint(*sys.version_info[:3])\n"
            "print(*[m for m in sys.argv[1:] if not u.find_spec(m)])"
        )
        command = [python_of(self._folder), "-I", "-c", code, *self._asked.get("modules", ())]
        try:
            answer = processes.run(command, timeout_seconds=CHECK_SECONDS)
        except OSError as error:
            raise BuildFailed("check", "{} cannot be run: {}".format(command[0], error)) from None
        version, _, rest = answer["stdout"].partition("\n")
        missing = rest.split()
        asked = (self._asked.get("about") or {}).get("python")
        if asked and version.split() != [str(part) for part in asked]:
            raise BuildFailed(
                "wrapper", "its Python is {}".format(".".join(version.split()) or answer["stderr"][-500:])
            )
        if answer["returncode"] != 0 or missing:
            said = "it has no module " + ", ".join(missing) if missing else answer["stderr"][-2000:]
            raise BuildFailed("check", said)

    def _mark_ready(self) -> "Dict[str, Any]":
        about = dict(self._asked.get("about") or {})
        about.update(created=self._began, seconds=round(time.time() - self._began, 2))
        # uv makes it writable for everybody, whatever the umask is.
        if os.path.exists(os.path.join(self._folder, ".lock")):
            os.chmod(os.path.join(self._folder, ".lock"), 0o600)
        jobfolders.write_json(os.path.join(self._folder, READY), about)
        return about


def compile_later(folder: str, modules: "Sequence[str]") -> None:
    """Start a process that imports ``modules`` in the environment, so that jobs find their bytecode; not waited for."""
    code = (
        "import sys, os\nos.nice(15)\n"
        "for name in sys.argv[1:]:\n    try: __import__(name)\n    except BaseException: pass"
    )
    if modules:
        processes.Detached.start([python_of(folder), "-I", "-c", code, *modules], folder)


def unpacked_uv(where: "Layout", wheel: str) -> str:
    """The path of uv, taken out of its wheel the first time."""
    import zipfile

    target = os.path.join(where.environments, _TOOLS, wheel[: -len(".whl")])
    if os.path.exists(target):
        return target
    jobfolders.make_private_folder(os.path.dirname(target))
    temporary = "{}.{}.part".format(target, os.getpid())
    with zipfile.ZipFile(os.path.join(where.wheels, wheel)) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        with archive.open(member) as source, open(temporary, "wb") as stream:
            shutil.copyfileobj(source, stream, 1 << 20)
    os.chmod(temporary, 0o700)
    os.rename(temporary, target)
    return target


def free_room(path: str) -> "Dict[str, Optional[int]]":
    """``{"bytes", "inodes"}`` that are free for us; ``None`` for inodes where the file system does not count them."""
    room = os.statvfs(path)
    return {"bytes": room.f_bavail * room.f_frsize, "inodes": room.f_favail if room.f_files else None}


# ----------------------------------------------------------------------------------------------- what is there, and not


def missing_wheels(where: "Layout", names: "List[str]") -> "List[str]":
    """Which of these wheels have not been sent yet."""
    make_folders(where)
    for name in names:
        if os.path.basename(name) != name or not name.endswith(".whl"):
            raise ValueError("not a wheel's name: {!r}".format(name))
    return [name for name in names if not os.path.exists(os.path.join(where.wheels, name))]


def listed(where: "Layout") -> "List[Dict[str, Any]]":
    """Every environment that is ready: what READY says, ``key``, ``unused_seconds``, ``size``, ``used_by`` (jobs)."""
    users, now = _users(where), ages.now(where.environments)
    found = []
    for key in _keys(where):
        path = os.path.join(where.environment(key), READY)
        about = jobfolders.read_json(path)
        if about is not None:
            unused = ages.age_seconds(path, now)
            found.append(dict(about, key=key, unused_seconds=unused, used_by=users.get(key, [])))
    return found


def prune(where: "Layout", unused_seconds: float) -> "List[str]":
    """Remove environments that no queued or running job uses and that were not used for so long. -> their keys.

    What killed builds left goes in any case; when no environment is left, so does all they were made of.
    """
    if not os.path.isdir(where.environments):
        return []
    removed = []
    with build_lock.BuildLock(os.path.join(where.environments, _LOCK)):
        users, now = _users(where), ages.now(where.environments)
        for key in _keys(where):
            folder = where.environment(key)
            age = ages.age_seconds(os.path.join(folder, READY), now)
            if key not in users and (age is None or age >= unused_seconds) and _removed_unused(where, folder):
                removed.append(key)
        leftovers = [_TRASH] if _keys(where) else [_TRASH, _CACHE, _TOOLS, _OFFLINE]
        for name in leftovers:
            discard(where, os.path.join(where.environments, name))
        if not _keys(where):
            shutil.rmtree(where.wheels, ignore_errors=True)
    return removed


def _removed_unused(where: "Layout", folder: str) -> bool:
    """Remove an environment, unless a job is submitted this very moment: that touches READY, or finds it gone."""
    path = os.path.join(folder, READY)
    before = _modified(path)
    aside = _set_aside(where, folder)
    if _modified(os.path.join(aside, READY)) != before:
        os.rename(aside, folder)
        return False
    shutil.rmtree(aside, ignore_errors=True)
    return True


def _modified(path: str) -> "Optional[float]":
    try:
        return os.stat(path).st_mtime
    except OSError:
        return None


def _keys(where: "Layout") -> "List[str]":
    try:
        return sorted(name for name in os.listdir(where.environments) if not name.startswith("."))
    except FileNotFoundError:
        return []


def _users(where: "Layout") -> "Dict[str, List[str]]":
    """``{environment key: [job keys]}`` of the jobs that have not ended."""
    users = {}  # type: Dict[str, List[str]]
    try:
        keys = [name for name in os.listdir(where.jobs) if not name.startswith(".")]
    except FileNotFoundError:
        return users
    for key in keys:
        folder = where.job(key)
        described = jobfolders.read_json(folder.description) or {}
        ended = sum(1 for _, what in jobfolders.outcome_files(folder) if what == "exit")
        if described.get("environment") and ended < described.get("tasks", 1):
            users.setdefault(described["environment"], []).append(key)
    return users


def discard(where: "Layout", path: str) -> None:
    """Remove a folder or file; first by another name, so that nobody meets half of it under its own."""
    if not os.path.lexists(path):
        return
    trash = os.path.join(where.environments, _TRASH)
    aside = trash if path == trash else _set_aside(where, path)
    if os.path.isdir(aside) and not os.path.islink(aside):
        shutil.rmtree(aside, ignore_errors=True)
    else:
        os.unlink(aside)


def _set_aside(where: "Layout", path: str) -> str:
    trash = os.path.join(where.environments, _TRASH)
    jobfolders.make_private_folder(trash)
    aside = os.path.join(trash, os.urandom(6).hex())
    os.rename(path, aside)
    return aside
