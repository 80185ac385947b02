"""The hosts that the user's own ssh_config names."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path

#: Files may include each other; ssh itself gives up at this depth.
_DEPTH = 16


def hosts_of(path: Path, depth: int = 0) -> list[str]:
    """The aliases in a file and those it includes, in order; patterns are none. Nothing if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found: list[str] = []
    for line in text.splitlines():
        match = re.match(r"\s*(host|include)(?:\s*=\s*|\s+)(.*)", line, re.IGNORECASE)
        if match is None:
            continue
        words = re.findall(r'"([^"]*)"|(\S+)', match[2].partition("#")[0])
        names = [quoted or plain for quoted, plain in words]
        if match[1].lower() == "host":
            found += [name for name in names if not re.search(r"[*?!]", name)]
        elif depth < _DEPTH:
            # Relative names are beneath ~/.ssh, wherever the file is.
            base = Path.home() / ".ssh"
            for name in names:
                for included in sorted(glob.glob(str(base / os.path.expanduser(name)))):
                    found += hosts_of(Path(included), depth + 1)
    return list(dict.fromkeys(found))
