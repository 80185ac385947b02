"""Absolute paths of the client's machine, where the files beneath them lie in a job; sent back, they are what they were."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The client's working folder arrives in the job's; the script's folder, if it is another, and local packages in the shipped package.
WORKING, BESIDE_SCRIPT, IN_PACKAGE = "data", "main", "code"
#: Paths at home by what they are here; and the working folder, if it is one of them.
_at_home: "dict" = {}
_working: "set" = set()


def text(home: "Any", place: "Any", relative: "Any", witness: "Any") -> "Any":
    """The path at home if that is here too, with its ``witness`` beneath it; else that of the file that was brought."""
    if os.path.lexists(os.path.normpath(os.path.join(home, witness))):
        return home
    there = _folder(place)
    if there is None:
        return home
    found = os.path.normpath(os.path.join(there, *relative.split("/")))
    if not os.path.lexists(found) or _is_outside(found, place):
        return home
    _at_home[found] = home
    if place == WORKING and relative == ".":
        _working.add(found)
    return found


def path(home: "Any", place: "Any", relative: "Any", witness: "Any") -> "Any":
    """The same as a :class:`pathlib.Path`."""
    import pathlib

    return pathlib.Path(text(home.decode("utf-8", "surrogatepass"), place, relative, witness))


def may_be_in(pickled: "Any") -> "Any":
    """Whether there may be such texts in a pickle."""
    return any(os.fsencode(here) in pickled for here in _at_home)


def text_at_home(value: "Any") -> "Any":
    """A text that is such a path here, or was made from one, as it would be at home; None for all others.

    What the function has put into its working folder is here, so that is what it says.
    """
    home = _at_home.get(value)
    if home is not None:
        return home
    for here in sorted(_at_home, key=len, reverse=True):
        if value.startswith(here) and here not in _working and (value[len(here)] == "/" or os.path.isfile(here)):
            return _at_home[here] + value[len(here) :]
    return None


def reducer_home(kind: "Any", usual: "Any") -> "Any":
    """How paths of this class go home, where ``usual`` is how they are pickled else; None if there is no other way."""
    if not _at_home:
        return None
    import pathlib

    if not issubclass(kind, pathlib.PurePath):
        return None

    def reduce_path(value: "Any") -> "Any":
        home = text_at_home(str(value))
        moved = value if home is None else type(value)(home)
        return usual(moved) if usual is not None else moved.__reduce__()

    return reduce_path


def _is_outside(found: "Any", place: "Any") -> "Any":
    """Whether nothing of the script's surroundings was brought there."""
    from clustrix_remote import rebuild

    return place == BESIDE_SCRIPT and not found.startswith(os.path.join(rebuild.package_folder() or "", ""))


def _folder(place: "Any") -> "Any":
    from clustrix_remote import rebuild

    if place == WORKING:
        return os.getcwd()
    unpacked = rebuild.package_folder()
    if unpacked is None:
        return None
    made = rebuild.program()
    return os.path.join(unpacked, made.code_folder if place == IN_PACKAGE else made.main)
