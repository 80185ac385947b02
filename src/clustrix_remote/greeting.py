"""The agent's first words, said before the rest of it has arrived: what this machine and this interpreter are.

What a network carries in its first round trip is about 14 KB; so this is sent first and alone, and while the client
makes its first request of what it is told, the agent itself comes in.
"""

import os
import sys

from clustrix_remote import layout, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Callable, Dict, Iterable, List, Optional

    from clustrix_remote.layout import Layout

PROTOCOL = 1
#: Programs whose presence tells what kind of cluster this is.
KNOWN_COMMANDS = (
    "sbatch", "squeue", "scancel", "sacct", "scontrol", "sinfo", "qsub", "qstat", "qdel", "qconf", "qmgr", "pbsnodes",
    "bsub", "bjobs", "uv",
)  # fmt: skip
#: Hello names the packages that are here by so many digits of theirs, if there are no more than this (6 KB).
PREFIX_LENGTH, MAX_PREFIXES = 12, 400


def main(stdin: "IO[bytes]", settings: "Dict[str, Any]", add_modules: "Callable[[bytes], None]") -> None:
    """Say hello, and then be the agent until ``stdin`` ends.

    ``settings``: ``{"remote_work_dir": "~"}``; ``add_modules`` takes more of us, as the first frame and later ones bring it.
    """
    umask = os.umask(0o077)
    # A stray print, here or in a child, goes to fd 1: from now on that is standard error.
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    wire.widen(stdin)
    wire.widen(frames)
    where = layout.Layout(settings.get("remote_work_dir") or "~")
    _enter(os.path.dirname(where.root))
    try:
        wire.write_frame(frames, hello(where))
    except OSError:
        return  # nobody listens any more
    frame = wire.read_frame(stdin)
    if frame is None:
        return
    add_modules(frame[1])
    from clustrix_remote import agent

    agent.Agent(frames, where, umask, add_modules).serve(stdin)


def _enter(folder: str) -> None:
    # Relative paths mean remote_work_dir; where it is not there yet, the job folders will make it.
    try:
        os.chdir(folder)
    except OSError:
        os.chdir("/")


def hello(where: "Layout") -> "Dict[str, Any]":
    """The first event: what this machine and this interpreter are. Nothing here asks the network."""
    system = os.uname()
    return {
        "event": "hello",
        "protocol": PROTOCOL,
        "python": list(sys.version_info[:3]),
        "executable": sys.executable,
        "hostname": system.nodename,
        "fqdn": _full_name(system.nodename),
        "user": _user_name(),
        "uid": os.getuid(),
        "home": os.path.expanduser("~"),
        "system": system.sysname,
        "machine": system.machine,
        "libc": _libc(),
        "pid": os.getpid(),
        "root": where.root,
        "packages": package_prefixes(where),
        "commands": find_commands(KNOWN_COMMANDS, os.environ.get("PATH", os.defpath)),
    }


def package_prefixes(where: "Layout") -> "Optional[List[str]]":
    """The beginnings of the digests of all packages that are here; ``None`` if they are too many to tell."""
    try:
        names = os.listdir(where.packages)
    except OSError:
        return []
    found = [name[:PREFIX_LENGTH] for name in names if name.endswith(".zip")]
    return found if len(found) <= MAX_PREFIXES else None


def _full_name(nodename: str) -> str:
    """The name with its domain, if /etc/hosts or the name itself has it: a resolver may take seconds to say no."""
    try:
        with open("/etc/hosts", encoding="utf-8", errors="replace") as stream:
            lines = [line.partition("#")[0].split()[1:] for line in stream]
    except OSError:
        lines = []
    names = [nodename] + [name for line in lines if nodename in line for name in line]
    return next((name for name in names if name.startswith(nodename.partition(".")[0] + ".")), nodename)


def _user_name() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _libc() -> "Optional[List[str]]":
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").split() or None
    except (ValueError, OSError):
        return None  # not glibc


def find_commands(names: "Iterable[str]", path: str) -> "Dict[str, str]":
    """``{name: full path}`` of those that are on ``path``."""
    found = {}
    for folder in filter(None, path.split(os.pathsep)):
        for name in names:
            full = os.path.join(folder, name)
            if name not in found and os.access(full, os.X_OK) and os.path.isfile(full):
                found[name] = full
    return found
