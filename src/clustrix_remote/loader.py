"""How the agent gets there: a one-line program for ``python -c``, and the modules it then reads from its input.

Nothing is installed and nothing is written to disk. The client starts ``python -E -s -S -c LOADER`` (here, or through
ssh) and at once writes :func:`payload`; the loader prints the marker line, reads the payload, and imports the agent's
modules from memory. What comes before the marker is a login shell's banner, and is skipped.
"""

import functools
import io
import json
import os
import zlib

from clustrix_remote import wire
from clustrix_remote.emptied import emptied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

#: First word of the marker line; the second is the interpreter's version. 64 bits that no banner holds by chance.
MARKER = "clustrix-agent-5d1c8f0e2b7a9346"
OLDEST_PYTHON = (3, 6)

#: -E and -s: what PYTHON* variables and user site-packages hold is meant for another Python more often than for this
#: one; -S: the agent needs the standard library only. Python 2.7 knows them too, so that it can tell its version.
PYTHON_FLAGS = ("-E", "-s", "-S")

#: One line, as some shells take no newline in quotes. No ' and no ! and no backslash: so '...' holds it whole
#: under sh, bash, dash, zsh, csh and tcsh. Python 2 and 3 both run it as far as the marker; one that is too old then
#: ends by itself. The current folder is taken off the path: a json.py in somebody's home must not be ours.
LOADER = "".join(
    (
        "import sys;sys.path=[p for p in sys.path if p];import os;",
        'os.write(1,("%s%s %d.%d%s"%((chr(10),"' + MARKER + '")+tuple(sys.version_info[:2])+(chr(10),))).encode());',
        "sys.version_info<(3,6)and sys.exit(3);",
        "import zlib,json;i=sys.stdin.buffer;p=json.loads(zlib.decompress(i.read(int(i.readline()))).decode());",
        'g={"__name__":"clustrix_bootstrap"};exec(p["bootstrap"],g);g["start"](p,i)',
    )
)

#: What says hello, and what runs jobs, module by module: explicit lists, so that nothing travels by accident.
GREETING_MODULES = ("__init__", "wire", "layout", "greeting")
AGENT_MODULES = (
    "buffers",
    "outcome",
    "records",
    "processes",
    "lane",
    "ages",
    "jobfolders",
    "spool",
    "news",
    "watcher",
    "map_requests",
    "submission",
    "commands",
    "agent",
)
#: What comes behind the first request: modules of single operations. Whoever imports one waits for it.
LATER_MODULES = (
    "room",
    "overview",
    "build_lock",
    "environments",
    "interpreters",
    "containers",
    "environment_requests",
    "pool_requests",
    "folder_walk",
    "disk_usage",
    "listing",
    "files",
    "file_pieces",
    "file_mark",
    "file_trees",
    "file_requests",
)


def payload(settings: "Dict[str, Any]") -> bytes:
    """The bytes to write to the loader's input.

    A line with the length of what follows, what says hello, compressed, with ``settings`` (a dict for JSON:
    ``remote_work_dir``); then, as the first frame, the agent. The same settings give the same bytes.
    """
    first = {"bootstrap": _sources()["bootstrap"], "modules": _named(GREETING_MODULES), "settings": settings}
    packed = _pack(dict(first, later=sorted(_named(LATER_MODULES))))
    stream = io.BytesIO()
    wire.write_frame(stream, {"op": "modules"}, _packed(AGENT_MODULES))
    return "{}\n".format(len(packed)).encode("ascii") + packed + stream.getvalue()


def later_modules() -> "Tuple[Dict[str, Any], bytes]":
    """The frame that is to be sent behind the first request."""
    return {"op": "modules"}, _packed(LATER_MODULES)


@functools.lru_cache(maxsize=None)
def _packed(modules: "Tuple[str, ...]") -> bytes:
    return _pack(_named(modules))


def _pack(content: "Dict[str, Any]") -> bytes:
    return zlib.compress(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("utf-8"), 9)


def _named(modules: "Tuple[str, ...]") -> "Dict[str, str]":
    sources = _sources()
    return {"clustrix_remote" if name == "__init__" else "clustrix_remote." + name: sources[name] for name in modules}


@functools.lru_cache(maxsize=None)
def _sources() -> "Dict[str, str]":
    folder = os.path.dirname(os.path.abspath(__file__))
    sources = {}
    for name in ("bootstrap",) + GREETING_MODULES + AGENT_MODULES + LATER_MODULES:
        with open(os.path.join(folder, name + ".py"), encoding="utf-8") as stream:
            sources[name] = emptied(stream.read())
    return sources


def parse_marker(line: bytes) -> "Optional[Tuple[int, int]]":
    """``(major, minor)`` if ``line`` (bytes) is the marker line, else ``None``.

    >>> parse_marker(b"clustrix-agent-5d1c8f0e2b7a9346 3.9" + bytes([10]))
    (3, 9)
    """
    words = line.split()
    if len(words) != 2 or words[0] != MARKER.encode("ascii"):
        return None
    major, dot, minor = words[1].partition(b".")
    if not (dot and major.isdigit() and minor.isdigit()):
        return None
    return int(major), int(minor)
