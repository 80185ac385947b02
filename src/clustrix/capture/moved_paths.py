"""Absolute paths in values, such as ``HERE = Path(__file__).parent``: the files beneath them lie elsewhere in a job.

A path in the working folder or in the script's folder is sent with its place relative to that folder; in a job it means the home path if that exists
there (a shared disk), else where the brought file lies. Other paths, and paths of nothing that can be brought, go as they are.
"""

from __future__ import annotations

import os
import pathlib
import sys
from typing import Any

from clustrix.capture.data_files import around, files_below
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
    above = around(roots[moved.BESIDE_SCRIPT]) if moved.BESIDE_SCRIPT in roots else []
    return tuple(os.fsencode(root) for root in (*roots.values(), *above[-1:]))


def path_reducer(value: Any) -> Any:
    """How a path is pickled; None for one that goes as it is."""
    found = relative_place(str(value)) if type(value) in _PATHS else None
    return None if found is None else (moved.path, (_bytes(str(value)), *found))


def relative_place(text: str) -> tuple[str, str, str] | None:
    """``(place, relative path, witness)`` of a path beneath the working folder or the script's, if something there is brought.

    The witness is the relative path of something that is there if it is the same folder: a folder of that name may be on any machine.
    """
    if not os.path.isabs(text) or "\0" in text or "\n" in text:
        return None
    path = os.path.normpath(text)
    for place, root in _roots().items():
        if path == root:
            return place, ".", _anything_in(root)
        if path.startswith(root + os.sep):
            witness = _brought(path)
            if witness:
                return place, os.path.relpath(path, root).replace(os.sep, "/"), witness
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


def _roots() -> dict[str, str]:
    """The folders by where their files arrive."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    working, home = os.getcwd(), os.path.expanduser("~")
    roots = {moved.WORKING: working, moved.BESIDE_SCRIPT: os.path.dirname(os.path.abspath(file)) if file else ""}
    return {place: root for place, root in roots.items() if len(root) > 1 and root != home}


def _anything_in(root: str) -> str:
    with os.scandir(root) as entries:
        return next((entry.name for entry in entries), ".")


def _brought(path: str) -> str:
    """Something that is brought: the file itself, or one beneath the folder."""
    if os.path.isfile(path):
        return "."
    return next(iter(files_below(path, "")), "") if os.path.isdir(path) else ""
