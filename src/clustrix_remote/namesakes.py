"""Modules of the user's that have names of the standard library's: whoever imports such a name gets the one that is meant.

A plain Python imports little, so a ``queue.py`` or ``random.py`` beside a script is found first and nobody else misses the
library's. We, and what we import of the library, do: our imports give the library's, all others what they give without us.
"""

import _thread
import builtins
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_OURS = os.path.dirname(os.path.abspath(__file__))
#: What imports for itself or for us: the library, clustrix, and whatever is installed.
_OUR_FOLDERS = (_LIBRARY, _OURS + os.sep, os.path.join(os.path.dirname(_OURS), "clustrix") + os.sep)
_INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)

_plain_import = builtins.__import__
_names: "set" = set()
_folders: "set" = set()
#: The library's modules of these names, which are not in sys.modules.
_kept: "dict" = {}
_lock = _thread.RLock()
#: Whether the thread that holds the lock imports for the library.
_swapped: "list" = []
_searched: "list" = []


def names_in(folder: str) -> "set":
    """The names of the modules and packages in a folder that the standard library has, too.

    >>> names_in(_OURS)
    set()
    """
    try:
        entries = os.listdir(folder)
    except OSError:
        return set()
    named = (entry.partition(".") for entry in entries)
    return {
        name
        for name, _, suffix in named
        if suffix in ("", "py") and _is_in_library(name) and (suffix or _is_package(os.path.join(folder, name)))
    }


def _is_package(path: str) -> bool:
    return os.path.exists(os.path.join(path, "__init__.py"))


def _is_in_library(name: str) -> bool:
    if name in sys.builtin_module_names or name == "test":  # which nothing imports, and many projects have
        return False
    known = getattr(sys, "stdlib_module_names", None)  # new in 3.10
    if known is not None:
        return name in known
    place = os.path.join(_LIBRARY, name)
    return os.path.exists(place + ".py") or _is_package(place)


def keep_apart_at_home() -> None:
    """Look into the folders that Python searches before the standard library's. What was imported stays what it is."""
    before = _folders_before_library()
    if before == _searched:
        return
    _searched[:] = before
    for folder in before:
        names = {name for name in names_in(folder) if not _is_library(sys.modules.get(name))}
        if names:
            keep_apart(folder, names)


def _folders_before_library() -> "list":
    folders = [_absolute(entry) for entry in sys.path]
    library = _LIBRARY.rstrip(os.sep)
    return folders[: folders.index(library)] if library in folders else []


def _absolute(entry: "Any") -> str:
    try:
        return os.path.abspath(entry) if isinstance(entry, str) else ""
    except OSError:
        return ""  # the current folder is gone


def _is_library(module: "Any") -> bool:
    return module is not None and _is_from(_LIBRARY, getattr(module, "__file__", None) or _LIBRARY)


def come_first(folder: str, names: "set") -> None:
    """As :func:`keep_apart`, where the library's were imported already: at home the user's were."""
    for full, module in list(sys.modules.items()):
        if full.partition(".")[0] in names and not _is_from(folder + os.sep, getattr(module, "__file__", None)):
            _kept[full] = sys.modules.pop(full)
    keep_apart(folder, names)


def keep_apart(folder: str, names: "set") -> None:
    """Give our imports the library's modules of these names, and all others those in ``folder``."""
    _names.update(names)
    _folders.add(folder)
    builtins.__import__ = _import


def _is_from(folder: str, file: "Any") -> bool:
    return isinstance(file, str) and file.startswith(folder)


def _import(name: "Any", globals: "Any" = None, locals: "Any" = None, fromlist: "Any" = (), level: "Any" = 0) -> "Any":
    asked = (name, globals, locals, fromlist, level)
    whole = (globals or {}).get("__package__") if level else name
    if not isinstance(whole, str) or whole.partition(".")[0] not in _names or not _means_library(globals):
        return _plain_import(*asked)
    with _lock:
        return _plain_import(*asked) if _swapped else _of_library(asked)


def _means_library(space: "Any") -> bool:
    file = (space or {}).get("__file__")
    return isinstance(file, str) and (file.startswith(_OUR_FOLDERS) or any(one in file for one in _INSTALLED))


def _of_library(asked: "Any") -> "Any":
    """What an import gives where the user's folders are not searched, and nothing of theirs was imported."""
    users, path = _taken(), sys.path[:]
    sys.modules.update(_kept)
    sys.path[:] = [entry for entry in path if _absolute(entry) not in _folders]
    _swapped.append(True)
    try:
        return _plain_import(*asked)
    finally:
        _swapped.pop()
        _kept.update(_taken())
        sys.modules.update(users)
        sys.path[:] = path


def _taken() -> "dict":
    """The modules of these names, which are no longer in sys.modules."""
    return {full: sys.modules.pop(full) for full in list(sys.modules) if full.partition(".")[0] in _names}
