"""Modules and data that lie in a zip on ``sys.path``: read from there, for a job has them as files."""

from __future__ import annotations

import functools
import os
import posixpath
import zipfile
from collections.abc import Iterator


def zipped_file(path: str) -> bytes | None:
    """The bytes of ``lib.zip/pkg/note.txt``; None where that is in no zip."""
    archive, member = _parted(path)
    data = None
    if member and member in _members(archive):
        try:
            with zipfile.ZipFile(archive) as opened:
                data = opened.read(member)
        except (OSError, zipfile.BadZipFile, RuntimeError):  # gone, damaged, encrypted
            return None
    return data


def zipped_size(path: str) -> int | None:
    """The size in bytes of a file in a zip; None where that is in no zip."""
    archive, member = _parted(path)
    return _members(archive).get(member) if member else None


def zipped_below(folder: str) -> Iterator[tuple[str, int]]:
    """``(relative path, size)`` of the files beneath a folder that lies in a zip, or is one; none of one on the disk."""
    archive, inside = _parted(folder)
    start = f"{inside}/" if inside else ""
    for member, size in _members(archive).items() if archive else ():
        if member.startswith(start) and not member.endswith("/"):
            yield member[len(start) :], size


def _parted(path: str) -> tuple[str, str]:
    """The zip and the name in it; nothing for what is on the disk, or nowhere."""
    archive, parts = path, list[str]()
    while archive and not os.path.exists(archive):
        archive, name = os.path.split(archive)
        parts.insert(0, name)
    return (archive, posixpath.join("", *parts)) if os.path.isfile(archive) else ("", "")


def _members(archive: str) -> dict[str, int]:
    try:
        status = os.stat(archive)
    except OSError:
        return {}
    return _members_then(archive, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=64)
def _members_then(archive: str, _modified: int, _size: int) -> dict[str, int]:
    try:
        with zipfile.ZipFile(archive) as opened:
            return {one.filename: one.file_size for one in opened.infolist()}
    except (OSError, zipfile.BadZipFile):
        return {}
