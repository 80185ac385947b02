"""Absolute paths of the client's machine, where the files beneath them lie in a job; sent back, they are what they were."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The client's working folder arrives in the job's; the script's folder, if it is another, in the package.
WORKING, BESIDE_SCRIPT = "data", "main"
#: Paths at home by what they are here.
_at_home: "dict" = {}


class Text(str):
    """A text that is a path, and another one at home."""


def text(home: "Any", place: "Any", relative: "Any", witness: "Any") -> "Any":
    """The path at home if that is here too, with its ``witness`` beneath it; else that of the file that was brought."""
    if os.path.lexists(os.path.normpath(os.path.join(home, witness))):
        return home
    there = _folder(place)
    if there is None:
        return home
    found = os.path.normpath(os.path.join(there, *relative.split("/")))
    if not os.path.lexists(found):
        return home
    _at_home[found] = home
    return Text(found)


def path(home: "Any", place: "Any", relative: "Any", witness: "Any") -> "Any":
    """The same as a :class:`pathlib.Path`."""
    import pathlib

    return pathlib.Path(str(text(home, place, relative, witness)))


def reducer_home(kind: "Any", usual: "Any") -> "Any":
    """How texts and paths of this class go home, where ``usual`` is how they are pickled else; None if there is no other way."""
    if kind is Text:
        return _reduce_text
    if not _at_home:
        return None
    import pathlib

    if not issubclass(kind, pathlib.PurePath):
        return None

    def reduce_path(value: "Any") -> "Any":
        home = _at_home.get(str(value))
        moved = value if home is None else type(value)(home)
        return usual(moved) if usual is not None else moved.__reduce__()

    return reduce_path


def _reduce_text(value: "Any") -> "Any":
    return str, (_at_home.get(str(value), str(value)),)


def _folder(place: "Any") -> "Any":
    from clustrix_remote import rebuild

    if place == WORKING:
        return os.getcwd()
    unpacked = rebuild.package_folder()
    return None if unpacked is None else os.path.join(unpacked, place)
