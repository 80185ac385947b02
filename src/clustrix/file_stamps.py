"""What the files say that a program runs, noted while they are what was imported: when they were written, and a script's text."""

from __future__ import annotations

import linecache
import os
import sys
from types import ModuleType

#: By path: the import's spec; time of the file's last write in nanoseconds and its size in bytes.
_noted: dict[str, tuple[object, tuple[int, int] | None]] = {}
#: By path: the stamp of a script when its text was read, and the text.
_scripts: dict[str, tuple[tuple[int, int], str]] = {}
_modules_seen = [0]
_STDLIB = os.path.dirname(os.__file__) + os.sep
_SITE = ("site-packages", "dist-packages")


def note_imported() -> None:
    """Note those that were imported since it was asked last; what others have installed is left alone."""
    if len(sys.modules) == _modules_seen[0]:
        return
    _modules_seen[0] = len(sys.modules)
    for module in list(sys.modules.values()):
        file = vars(module).get("__file__") if type(module) is ModuleType else None
        if type(file) is str and file not in _noted and not file.startswith(_STDLIB):
            _noted[file] = module.__spec__, None if any(part in file for part in _SITE) else _stamp(file)


def note_defined(function: object) -> None:
    """Keep the text of the script that has just defined a function."""
    code = getattr(function, "__code__", None)
    if code is None or getattr(function, "__module__", None) != "__main__":
        return
    file = code.co_filename
    now = _stamp(file)
    if now is not None and _scripts.get(file, (None,))[0] != now:
        linecache.checkcache(file)
        _scripts[file] = now, "".join(linecache.getlines(file))


def noted_text(file: str) -> str | None:
    """The text of a script when it defined its functions; None if it was not noted."""
    return _scripts[file][1] if file in _scripts else None


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def is_written_since(module: ModuleType) -> bool:
    """Whether a module's file was written after it was noted, and not imported again since."""
    spec, noted = _noted.get(module.__file__ or "", (None, None))
    return noted is not None and spec is module.__spec__ and noted != _stamp(module.__file__ or "")
