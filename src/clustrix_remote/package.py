"""Opening the package of user code that a call names: its program, its importable files, its data files."""

import os
import zipimport

from clustrix_remote import modules, program
from clustrix_remote.layout import JOB_FOLDER_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


MANIFEST = "clustrix.json"


def open_program(folder: "Any", header: "Any") -> "Any":
    """The :class:`Program` of a call; local modules become importable, data files lie in the current folder."""
    if header["package"] is None:
        return program.Program({}, header["modules"], None, None)
    root = os.path.dirname(os.path.dirname(folder.path))
    # zipimport reads single members without importing zipfile, which costs more than the rest of the start.
    archive = zipimport.zipimporter(os.path.join(root, "packages", header["package"] + ".zip"))
    return program.Program(
        header["sources"],
        header["modules"],
        archive.get_data,
        _open_files(archive, header),
        header["main"],
        header["code"],
    )


def _open_files(archive: "Any", header: "Any") -> "Any":
    """The folder of the files that the package has to unpack; None if it has none."""
    try:
        listed = archive.get_data(MANIFEST)
    except OSError:
        return None  # a package of sources alone
    import json

    from clustrix_remote import shipped

    manifest = json.loads(listed.decode("utf-8"))
    unpacked = _unpack(archive, manifest["files"])
    # Paths lead through it, even if nothing lies in it.
    os.makedirs(os.path.join(unpacked, *header["main"].split("/")), exist_ok=True)
    modules.come_first(header["first_in_cycle"])
    shipped.import_from(os.path.join(unpacked, *header["code"].split("/")), header["homes"], header["postponed"])
    _lay_out_data(unpacked, manifest["data"])
    return unpacked


def _unpack(archive: "Any", names: "Any") -> "Any":
    """Unpack onto the node's own disk, beside nothing of anybody else's; gone when the process ends."""
    import atexit
    import tempfile

    folder = tempfile.mkdtemp(prefix="clustrix-")
    atexit.register(_remove, folder, os.getpid())
    for name in names:
        path = os.path.join(folder, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(archive.get_data(name))
    return folder


def _lay_out_data(unpacked: "Any", data: "Any") -> None:
    """Data files lie in the working folder under the names that the function opens them by."""
    for name, arrives_as in data.items():
        parts = arrives_as.split("/")
        # Two steps above are folders of the job's, too; its other tasks lay out the same there.
        up = parts.count("..")
        if os.path.isabs(arrives_as) or ".." in parts[up:] or up > 2 or (up == 2 and parts[2] in JOB_FOLDER_NAMES):
            continue
        target = os.path.normpath(os.path.join(os.getcwd(), *parts))
        if not os.path.lexists(target):
            import shutil

            os.makedirs(os.path.dirname(target), exist_ok=True)
            beside = "{}.{}.part".format(target, os.getpid())
            shutil.copyfile(os.path.join(unpacked, *name.split("/")), beside)
            os.rename(beside, target)


def _remove(folder: "Any", pid: "Any") -> None:
    # A fork that ends by sys.exit runs its parent's exit functions too.
    if os.getpid() == pid:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
