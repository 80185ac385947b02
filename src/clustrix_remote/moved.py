"""Absolute paths of the client's machine, where the files beneath them lie in a job."""

import os
import pathlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The client's working folder arrives in the job's; the script's folder, if it is another, in the package.
WORKING, BESIDE_SCRIPT = "data", "main"


def text(home: "Any", place: "Any", relative: "Any", witness: "Any") -> "Any":
    """The path at home if that is here too, with its ``witness`` beneath it; else that of the file that was brought."""
    if os.path.lexists(os.path.normpath(os.path.join(home, witness))):
        return home
    there = _folder(place)
    if there is None:
        return home
    found = os.path.normpath(os.path.join(there, *relative.split("/")))
    return found if os.path.lexists(found) else home


def path(home: "Any", place: "Any", relative: "Any", witness: "Any") -> "Any":
    """The same as a :class:`pathlib.Path`."""
    return pathlib.Path(text(home, place, relative, witness))


def _folder(place: "Any") -> "Any":
    from clustrix_remote import rebuild

    if place == WORKING:
        return os.getcwd()
    unpacked = rebuild.package_folder()
    return None if unpacked is None else os.path.join(unpacked, place)
