"""What an agent may answer and tell: the shapes of its replies, by operation, and of its events.

The agent is ours, but it may be broken, read what others have written, or be no agent at all; whatever it says is
checked against these before anybody reads it. The operations are told in clustrix_remote.commands and its like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from clustrix.connection.shapes import COUNT, Each, Maybe, Shape, what_is_odd
from clustrix.errors import ConnectError

#: Most jobs have one; arrays are limited far below this.
TASKS = range(1, 10_000_000)
_TASK = Maybe(range(10_000_000))
_SAID = {"returncode": int, "stdout": str, "stderr": str}
_SUBMITTED = Maybe({"answer": Maybe(dict)})
_DESCRIPTION = {
    "name": str,
    "scheduler": str,
    "signing_key": re.compile("([0-9a-f]{2})+"),
    "tasks": Maybe(TASKS),
    "resources": Maybe(dict),
    "cluster": Maybe({"cluster_host": Maybe(object)}),
}
_MAP_DESCRIPTION = {**_DESCRIPTION, "key": str, "map": (COUNT, TASKS, TASKS), "arguments": [str]}
_PATH = {"path": str}
_UNREAD = {"unread": Maybe((COUNT, [(str, str)]))}
_FILE = (str, COUNT, float, bool, str, bool)

REPLIES: dict[str, Shape] = {
    "packages": {"missing": [str]},
    "run": _SAID,
    "room": {
        "cores": COUNT,
        "slots": COUNT,
        "taken": COUNT,
        "load": float,
        "load_of_jobs": float,
        "queued": [int],
        "memory_bytes": Maybe(COUNT),
        "memory_free_bytes": Maybe(COUNT),
        "memory_held_bytes": Maybe(COUNT),
    },
    "submit": {
        "missing": Maybe([str]),
        "missing_environment": Maybe(object),
        "answer": Maybe({**_SAID, "found": Maybe(bool)}),
    },
    "watch": {"unknown": Maybe([str])},
    "job": {"description": _DESCRIPTION, "submitted": _SUBMITTED, "refused": Maybe(dict), "tasks": Each(dict)},
    "earlier": {
        "jobs": [{"description": _MAP_DESCRIPTION, "submitted": _SUBMITTED, "done": [COUNT], "ended": [COUNT]}]
    },
    "log": {"size": Maybe(COUNT)},
    "work": {"folder": str, "files": [{"name": str, "size": COUNT, "modified": float}]},
    "sweep": {"removed": Maybe(COUNT), "bytes": Maybe(COUNT)},
    "container": {"python": str},
    "interpreters": {"found": [(str, (int, int, int))], "modules": [str]},
    "interpreter_of": {"path": str, "version": (int, int, int)},
    "environment": {"ready": Maybe(dict)},
    "wheels": {"missing": [str], "folder": str},
    "build": {"ready": Maybe(dict), "failed": Maybe({"step": str, "said": str, "hopeless": bool})},
    "environments": {
        "environments": [
            {
                "key": str,
                "unused_seconds": Maybe(float),
                "used_by": [str],
                "python": Maybe([int]),
                "packages": Maybe(Each(str)),
                "size": Maybe(COUNT),
            }
        ],
        "folder": str,
    },
    "prune": {"removed": [str]},
    "pool_open": {"missing": Maybe([str])},
    "pool_send": {"missing": Maybe([str])},
}
#: Of the operation "file", by its function.
FILE_REPLIES: dict[str, Shape] = {
    "names": _UNREAD,
    "find": _UNREAD,
    "glob": _UNREAD,
    "count": {**_UNREAD, "value": COUNT},
    "usage": {**_UNREAD, "value": (COUNT, COUNT)},
    "rename": _PATH,
    "absolute": _PATH,
    "write": _PATH,
    "read": {**_PATH, "size": COUNT, "mtime_ns": int, "mode": COUNT, "digest": Maybe(str)},
    "digests": {"digests": [str]},
    "begin": {**_PATH, "digests": [str]},
    "tree": _PATH,
    "read_many": {"digest": str},
    "begin_tree": {**_PATH, "fill": str, "there": [(str, COUNT, int)]},
}
EVENTS: dict[str, Shape] = {
    "started": {"task": _TASK, "node": Maybe(str)},
    "outcome": {"task": _TASK, "size": COUNT, "log_bytes": Maybe(COUNT)},
    "outcomes": {"task": _TASK, "calls": [(COUNT, COUNT, COUNT, bool)], "log_bytes": COUNT},
    "exit": {
        "task": _TASK,
        "outcome": Maybe(bool),
        "recorded": Maybe(COUNT),
        "status": Maybe(int),
        "details": Maybe(Each(str)),
    },
    "gone": {"status": Maybe(int), "restarted": Maybe(bool)},
    "log": {"task": _TASK, "offset": COUNT},
    "pool": {
        "outcomes": Maybe([(COUNT, COUNT, str)]),
        "lost": Maybe([COUNT]),
        "reason": Maybe(str),
        "retried": Maybe([COUNT]),
        "workers": Maybe(Each(COUNT)),
        "retired": Maybe([str]),
        "ready": Maybe([str]),
        "words": Maybe(str),
    },
}
HELLO_TEXTS = ("executable", "hostname", "fqdn", "user", "home", "system", "machine", "root")
HELLO: Shape = {
    "python": (COUNT, COUNT, COUNT),
    "uid": COUNT,
    "pid": COUNT,
    "libc": Maybe([str]),
    "packages": Maybe([str]),
    "commands": Each(str),
    **dict.fromkeys(HELLO_TEXTS, str),
}


def reply_shape(op: str, header: Mapping[str, Any]) -> Shape:
    """What the reply to a request has to be."""
    if op != "file":
        return REPLIES.get(op, {})
    if header.get("function") == "look":
        one = _FILE if header.get("what") == "stat" else bool
        return {"values": (one,) * len(header["paths"])}
    return FILE_REPLIES.get(str(header.get("function")), {})


def odd_reply(op: str, reply: object, shape: Shape, where: str) -> ConnectError | None:
    """The error for a reply that is not what it has to be."""
    odd = what_is_odd(reply, shape)
    return None if odd is None else ConnectError(f"the agent's answer to {op!r} cannot be read: {odd}", where=where)


def odd_event(event: Mapping[str, Any], where: str) -> ConnectError | None:
    """The error for an event that is not what it has to be; one of an unknown kind is for nobody, and no error."""
    odd = what_is_odd(event, EVENTS.get(str(event.get("event")), {}))
    if odd is None:
        return None
    return ConnectError(f"what the agent tells of {event.get('key')} cannot be read: {odd}", where=where)
