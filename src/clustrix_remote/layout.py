"""Where things lie beneath ``<remote_work_dir>/.clustrix``; the one place that knows these paths.

::

    packages/<sha256>.zip       the user's code, and clustrix_remote itself (the runtime)
    packages/<sha256>/          the runtime, unpacked
    envs/<key>/                 environments, used read-only once they hold the file READY
    wheels/                     what environments are made of, where the package index cannot be reached
    jobs/<key>/job.json         all that is needed to attach from another machine
    jobs/<key>/calls            the function and its arguments (see clustrix_remote.callfile)
    jobs/<key>/submit.sh        what the scheduler runs
    jobs/<key>/outcomes/<task>  what became of it; <task>.started and <task>.exit beside it; of a task with several
                            calls <task>.records (see clustrix_remote.records), and <task>.open while some are left
    jobs/<key>/logs/<task>.log  standard output and error, in the order they were written
    jobs/<key>/work/<task>/     the working folder
    pools/<key>/                a pool's engine: its keys and logs; goes with the pool
    pools/<key>-<program>/calls a function that the pool's workers call, and what its calls share
    spool/<key>.<task>.<what>   an empty file an announcement: what is started, outcome or exit
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple

ROOT_NAME = ".clustrix"
#: The one member of the runtime's package: a zip of what lies in its folder.
RUNTIME_MEMBER = "runtime.zip"
#: What lies in a job's folder.
JOB_FOLDER_NAMES = ("job.json", "calls", "submit.sh", "outcomes", "logs", "work")
#: An announcement's last word.
STARTED, OUTCOME, EXIT = "started", "outcome", "exit"

# Not by regular expressions: importing re is a quarter of a job's start.
_DIGITS, _HEXADECIMAL = frozenset("0123456789"), frozenset("0123456789abcdef")
_KEY_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_MAX_KEY_LENGTH, _MAX_TASK_DIGITS, _DIGEST_LENGTH = 80, 9, 64


def _is_key(text: str) -> bool:
    return 0 < len(text) <= _MAX_KEY_LENGTH and text[0] not in "_-" and _KEY_CHARACTERS.issuperset(text)


def _is_task(text: str) -> bool:
    return 0 < len(text) <= _MAX_TASK_DIGITS and _DIGITS.issuperset(text)


def check_key(key: str) -> str:
    """Return ``key`` if it may name a job folder, else raise ValueError."""
    if not _is_key(key):
        raise ValueError("not a job key: {!r} (letters, digits, '-', '_'; at most 80)".format(key))
    return key


def parse_spool_name(name: str) -> "Optional[Tuple[str, int, str]]":
    """``(key, task, what)`` of an announcement's file name, or ``None`` for any other file."""
    words = name.split(".")
    if len(words) != 3 or not _is_key(words[0]) or not _is_task(words[1]) or words[2] not in (STARTED, OUTCOME, EXIT):
        return None
    return words[0], int(words[1]), words[2]


class Layout:
    """Paths beneath one root folder (``~`` is expanded on the machine where this runs)."""

    def __init__(self, remote_work_dir: str) -> None:
        self.root = os.path.join(os.path.abspath(os.path.expanduser(remote_work_dir)), ROOT_NAME)

    @property
    def packages(self) -> str:
        return os.path.join(self.root, "packages")

    @property
    def environments(self) -> str:
        return os.path.join(self.root, "envs")

    def environment(self, key: str) -> str:
        return os.path.join(self.environments, check_key(key))

    @property
    def wheels(self) -> str:
        return os.path.join(self.root, "wheels")

    @property
    def jobs(self) -> str:
        return os.path.join(self.root, "jobs")

    @property
    def pools(self) -> str:
        return os.path.join(self.root, "pools")

    def pool(self, key: str) -> str:
        return os.path.join(self.pools, check_key(key))

    @property
    def spool(self) -> str:
        return os.path.join(self.root, "spool")

    def package(self, digest: str) -> str:
        if len(digest) != _DIGEST_LENGTH or not _HEXADECIMAL.issuperset(digest):
            raise ValueError("not a sha256: {!r}".format(digest))
        return os.path.join(self.packages, digest + ".zip")

    def unpacked(self, digest: str) -> str:
        return self.package(digest)[: -len(".zip")]

    def job(self, key: str) -> "JobFolder":
        return JobFolder(os.path.join(self.jobs, check_key(key)))


class JobFolder:
    """Paths of one job. ``path`` is ``<root>/jobs/<key>``, so the spool is found from it alone."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.key = check_key(os.path.basename(path))

    def _in(self, *names: str) -> str:
        return os.path.join(self.path, *names)

    @property
    def description(self) -> str:
        return self._in("job.json")

    @property
    def calls(self) -> str:
        return self._in("calls")

    @property
    def script(self) -> str:
        return self._in("submit.sh")

    @property
    def outcomes(self) -> str:
        return self._in("outcomes")

    @property
    def logs(self) -> str:
        return self._in("logs")

    def outcome(self, task: int) -> str:
        return self._in("outcomes", str(int(task)))

    def started(self, task: int) -> str:
        return self._in("outcomes", "{}.started".format(int(task)))

    def exit_status(self, task: int) -> str:
        return self._in("outcomes", "{}.exit".format(int(task)))

    def records(self, task: int) -> str:
        return self._in("outcomes", "{}.records".format(int(task)))

    def calls_left(self, task: int) -> str:
        return self._in("outcomes", "{}.open".format(int(task)))

    def log(self, task: int) -> str:
        return self._in("logs", "{}.log".format(int(task)))

    def work(self, task: int) -> str:
        return self._in("work", str(int(task)))

    def announcement(self, task: int, what: str) -> str:
        spool = os.path.join(os.path.dirname(os.path.dirname(self.path)), "spool")
        return os.path.join(spool, "{}.{}.{}".format(self.key, int(task), what))
