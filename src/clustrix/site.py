"""What a cluster offers: its Pythons, modules, partitions, room and scratch folders, asked for in a few commands."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from clustrix.connection.link import Link

_SECONDS = 30.0

# Folders that people call scratch, where this user can write; the work folder's room is df's fourth column.
_LOOK = """\
printf 'room %s\\n' "$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')"
for folder in "$SCRATCH" "$WORK" "/scratch/$(id -un)" "/work/$(id -un)" /scratch /work; do
    [ -n "$folder" ] && [ -d "$folder" ] && [ -w "$folder" ] && printf 'scratch %s\\n' "$folder"
done
command -v sinfo >/dev/null 2>&1 && {
    sinfo -V 2>/dev/null | sed 's/^slurm\\(-wlm\\)\\{0,1\\} /version /'
    sinfo -h -o 'partition|%P|%l|%D|%c|%m|%G' 2>/dev/null
}
:"""


@dataclass(frozen=True)
class Partition:
    """A partition of Slurm, in Slurm's own words."""

    name: str
    limit: str
    is_default: bool = False

    def __str__(self) -> str:
        default = "default, " if self.is_default else ""
        return f"{self.name} ({default}at most {self.limit})"


@dataclass(frozen=True)
class Site:
    """What was found. ``pythons`` are paths and versions, the oldest first; ``folder`` is the remote_work_dir."""

    folder: str
    pythons: tuple[tuple[str, str], ...] = ()
    python_modules: tuple[str, ...] = ()
    free_bytes: int | None = None
    scratch: tuple[str, ...] = ()
    scheduler_version: str = ""
    partitions: tuple[Partition, ...] = ()


_known: WeakKeyDictionary[Link, Site] = WeakKeyDictionary()


def look_around(link: Link) -> Site:
    """What the cluster offers, asked once per link. Raises ConnectError."""
    if link not in _known:
        folder = posixpath.dirname(link.channel().hello.root)
        header = {"argv": ["sh", "-c", _LOOK, "clustrix", folder], "timeout_seconds": _SECONDS}
        said = str(link.request("run", header).header.get("stdout"))
        _known[link] = read_site(folder, said, link.request("interpreters", {}).header)
    return _known[link]


def read_site(folder: str, said: str, pythons: dict[str, Any]) -> Site:
    r"""The answers as a Site; lines that are none of ours are skipped.

    >>> read_site("/home/ann", "room 2048\npartition|main*|1:00:00|2|8|4000|(null)", {}).partitions
    (Partition(name='main', limit='1:00:00', is_default=True),)
    """
    room = re.search(r"^room (\d+)$", said, re.MULTILINE)
    version = re.search(r"^version (\S+)$", said, re.MULTILINE)
    rows = [line.split("|") for line in said.splitlines() if line.startswith("partition|")]
    partitions = {
        row[1].rstrip("*"): Partition(row[1].rstrip("*"), row[2], row[1].endswith("*")) for row in rows if len(row) > 2
    }
    found = [(str(path), ".".join(map(str, numbers))) for path, numbers in pythons.get("found") or ()]
    return Site(
        folder=folder,
        pythons=tuple(found),
        python_modules=tuple(str(name) for name in pythons.get("modules") or () if not str(name).endswith("/")),
        free_bytes=int(room[1]) * 1024 if room else None,
        scratch=tuple(dict.fromkeys(re.findall(r"^scratch (/.*)$", said, re.MULTILINE))),
        scheduler_version=version[1] if version else "",
        partitions=tuple(partitions.values()),
    )
