"""Absolute paths in values, such as ``HERE = Path(__file__).parent``: the files beneath them lie elsewhere in a job.

A path in the working folder, the script's or that of a local package is sent with its place relative to that folder; in a job it means the home path
if that exists there (a shared disk), else where the brought file lies. Other paths, and paths of nothing that can be brought, go as they are.
"""

from __future__ import annotations

import functools
import os
import pathlib
import posixpath
import sys
import types
from typing import Any, NamedTuple

from clustrix.capture.data.data_files import around, files_below
from clustrix.capture.modules.ownership import Owner, owner_of_module
from clustrix_remote import moved

_PATHS = (pathlib.PosixPath, pathlib.WindowsPath)


class MovingTexts:
    """For picklers: a text that is such a path goes as a reference to what it means there, wherever in a value it stands."""

    def persistent_id(self, value: Any) -> tuple[bytes, str, str, str] | None:
        """``(path, place, relative path, witness)``; None for all else. The path as bytes, as it would be asked for itself again."""
        if type(value) is not str:
            return None
        found = relative_place(value)
        return None if found is None else (_bytes(value), *found)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def signs_of_places() -> tuple[bytes, ...]:
    """What a pickle that has such a text in it holds: asking for each object costs as much as the rest of pickling."""
    roots = _roots()
    above = next((around(root.folder) for root in roots if root.place == moved.BESIDE_SCRIPT), [])
    return tuple(os.fsencode(folder) for folder in (*(root.folder for root in roots), *above[-1:]))


def path_reducer(value: Any) -> Any:
    """How a path is pickled; None for one that goes as it is."""
    found = relative_place(str(value)) if type(value) in _PATHS else None
    return None if found is None else (moved.path, (_bytes(str(value)), *found))


def relative_place(text: str) -> tuple[str, str, str] | None:
    """``(place, relative path, witness)`` of a path beneath one of the folders, the innermost, if something there is brought.

    The witness is the relative path of something that is there if it is the same folder: a folder of that name may be on any machine.
    """
    if not os.path.isabs(text) or "\0" in text or "\n" in text:
        return None
    path = os.path.normpath(text)
    for root in _roots():
        if path == root.folder:
            return root.place, root.arrives_as, _anything_in(path)
        if path.startswith(root.folder + os.sep) and (witness := _brought(path)):
            inside = os.path.relpath(path, root.folder).replace(os.sep, "/")
            return root.place, posixpath.normpath(posixpath.join(root.arrives_as, inside)), witness
    return _place_around(path)


def _place_around(path: str) -> tuple[str, str, str] | None:
    """The same for what is in a folder around the script's, or is such a folder; in a job it is there if it was brought."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    root = os.path.dirname(os.path.abspath(file)) if file else ""
    folders = around(root) if root else []
    if path in folders:
        return moved.BESIDE_SCRIPT, os.path.relpath(path, root).replace(os.sep, "/"), os.path.relpath(file or "", path)
    if any(path.startswith(folder + os.sep) for folder in folders) and (witness := _brought(path)):
        return moved.BESIDE_SCRIPT, os.path.relpath(path, root).replace(os.sep, "/"), witness
    return None


class _Root(NamedTuple):
    """A folder whose files arrive in a job: where, and under which path."""

    place: str
    folder: str
    arrives_as: str = "."


def _roots() -> list[_Root]:
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    roots = [_Root(moved.WORKING, os.getcwd())]
    roots += [_Root(moved.BESIDE_SCRIPT, os.path.dirname(os.path.abspath(file)))] if file else []
    roots += [_Root(moved.IN_PACKAGE, folder, name) for folder, name in local_packages().items()]
    home = os.path.expanduser("~")
    usable = (root for root in roots if len(root.folder) > 1 and root.folder != home)
    return sorted(usable, key=lambda root: -len(root.folder))


def local_packages() -> dict[str, str]:
    """The outermost packages of the user's that are loaded: their names by their folders."""
    return _local_packages(len(sys.modules), next(reversed(sys.modules)))


@functools.lru_cache(maxsize=1)
def _local_packages(_loaded: int, _last: str) -> dict[str, str]:
    return {
        os.path.abspath(folder): name
        for name, module in list(sys.modules.items())
        if "." not in name
        and isinstance(module, types.ModuleType)
        and hasattr(module, "__path__")
        and owner_of_module(module) is Owner.LOCAL
        for folder in module.__path__
    }


def _anything_in(root: str) -> str:
    with os.scandir(root) as entries:
        return next((entry.name for entry in entries), ".")


def _brought(path: str) -> str:
    """Something that is brought: the file itself, or one beneath the folder."""
    if os.path.isfile(path):
        return "."
    return next(iter(files_below(path, "")), "") if os.path.isdir(path) else ""
