"""Files that the code opens by a name written in it: found by looking which of its texts name an existing file."""

from __future__ import annotations

import fnmatch
import functools
import glob
import itertools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clustrix.capture.modules.zipped import zipped_below, zipped_file, zipped_size
from clustrix.capture.once_a_call import once_a_call
from clustrix.errors import PackagingError

#: A folder named in the code is shipped whole up to this size.
MAX_FOLDER_BYTES = 10 * 1024 * 1024
MAX_FOLDER_FILES = 1000
#: A larger file is not shipped unless it is listed in ``data=``.
MAX_FILE_BYTES = 100 * 1024 * 1024
#: Nor do all unlisted files together make a call larger than this.
MAX_TOTAL_BYTES = 256 * 1024 * 1024
_LONGEST_NAME = 250
#: A folder with more entries is not listed to find out which of a few names are there.
_MOST_LISTED = 2000
_FILLED_IN = re.compile(r"%[-+# 0-9.*]*[diouxXeEfFgGcrs]|\{[^{}]*\}")
_CODE = (".py", ".pyc", ".pyi", ".so", ".pyd", ".ipynb")


@dataclass(frozen=True)
class DataFile:
    """A file at home and its member name in the package; ``arrives_as`` is its place in the working folder, if it lies there."""

    path: str
    member: str
    why: str
    size_bytes: int
    arrives_as: str = ""
    #: The script's folder, for what is found from there.
    beside: str = ""
    #: By how many folders it lies above those of the shipped modules.
    above_code: int = 0


def is_candidate(text: str) -> bool:
    """Whether a text can be a relative file name at all; looked at before the disk is."""
    return (
        0 < len(text) <= _LONGEST_NAME
        and "\0" not in text
        and "\n" not in text
        and not os.path.isabs(text)
        and text not in (".", "..")
    )


def files_named(texts: Iterable[str], folder: str, with_code: bool = False) -> Iterator[str]:
    """Paths, relative to ``folder``, of the files that the texts name: as a file, in a named folder, by a pattern.

    Those of code only ``with_code``, or where a pattern says so: ``"plugins/*.py"``.

    >>> pattern_of("runs/{name}_%03d.csv")
    'runs/*_*.csv'
    """
    names = that_may_be_in(folder, _candidates(frozenset(texts)))
    folders = [
        name
        for name in names
        if not is_upwards(name)
        and os.path.isdir(os.path.join(folder, name))
        and (with_code or not _is_code_folder(os.path.join(folder, name)))
    ]
    for name in names:
        if "*" in name:
            yield from _fitting(name, folder, with_code)
        elif os.path.isfile(os.path.join(folder, name)):
            yield os.path.normpath(name)
    for inside in folders:
        yield from files_below(folder, inside, with_code)
        yield from _named_inside(names, folder, inside)


#: Of texts that hold more than a name: what is no part of one.
_WORDS = re.compile(r"[^\s\"'`,;=<>(){}\[\]|&]+")
_LONGEST_TEXT = 10_000


def files_among_words(texts: Iterable[str], folder: str) -> Iterator[tuple[str, str]]:
    """``(relative path, text)`` of the files that longer texts name: ``"wc -l < runs/a.csv"``, ``"a.csv b.csv".split()``."""
    words = _words(frozenset(texts))
    for word in that_may_be_in(folder, words) if words else ():
        if is_data(os.path.join(folder, word)):
            yield os.path.normpath(word), words[word]


@functools.lru_cache(maxsize=256)
def _words(texts: frozenset[str]) -> dict[str, str]:
    """The words of texts that have several, with the text; those that look like files: any word may be the name of one without a point."""
    longer = sorted(text for text in texts if " " in text.strip() and len(text) <= _LONGEST_TEXT)
    words = ((word, text) for text in longer for word in _WORDS.findall(text))
    return {
        word: text for word, text in words if re.search(r"\w[./]\w", word) and is_candidate(word) and "*" not in word
    }


@functools.lru_cache(maxsize=256)
def _candidates(texts: frozenset[str]) -> tuple[str, ...]:
    """The names and then the patterns among the texts; the same modules have the same texts at each call."""
    names = sorted(filter(is_candidate, map(_path_of, texts)))
    return (*names, *sorted({pattern_of(name) for name in names}.difference(names)))


#: As sqlite3 takes it.
_URI = re.compile(r"file:(?://(?=/))?([^?#]+)(?:[?#].*)?", re.DOTALL)


def _path_of(text: str) -> str:
    """The path in a URI of a file, or the text itself.

    >>> _path_of("file:lab.db?mode=ro"), _path_of("lab.db")
    ('lab.db', 'lab.db')
    """
    found = _URI.fullmatch(text) if text.startswith("file:") else None
    return found.group(1) if found else text


def that_may_be_in(folder: str, names: Iterable[str]) -> list[str]:
    """Without the names that no file here can have: one listing instead of asking the disk twice for each text of a program."""
    there = _listed(folder)
    if there is None:
        return list(names)
    return [name for name in names if "*" in name or _first_of(name) in there]


@once_a_call
def _listed(folder: str) -> frozenset[str] | None:
    """What lies in a folder, in small letters; None for one that is too large, or may be entered and not listed: the disk tells."""
    try:
        with os.scandir(folder) as entries:
            there = frozenset(("..", *(entry.name.casefold() for entry in itertools.islice(entries, _MOST_LISTED))))
    except OSError:
        return None
    return there if len(there) <= _MOST_LISTED else None


@functools.lru_cache(maxsize=4096)
def _first_of(name: str) -> str:
    return os.path.normpath(name).split(os.sep, 1)[0].casefold()


def pattern_of(text: str) -> str:
    """The text with a ``*`` where something is filled in when the program runs."""
    return _FILLED_IN.sub("*", text)


def _fitting(pattern: str, folder: str, with_code: bool) -> Iterator[str]:
    """Data files by a pattern that says something: an ending, a folder or a beginning, not just ``*``; also those in folders that fit."""
    is_telling = "." in pattern or "/" in pattern or re.match(r"\w{3}", pattern)
    if re.search(r"\w{2}|\.\w", pattern) is None or not is_telling:
        return
    paths = glob.iglob(os.path.join(glob.escape(folder), pattern), recursive=True)
    for path in itertools.islice(paths, MAX_FOLDER_FILES):
        relative = os.path.relpath(path, folder)
        if is_data(path, with_code or pattern.endswith(".py")):
            yield relative
        elif is_data_folder(path):
            yield from files_below(folder, relative, with_code)


def _named_inside(names: list[str], folder: str, inside: str) -> Iterator[str]:
    """What is named in a folder too large to be shipped whole."""
    base = os.path.join(folder, inside)
    for name in that_may_be_in(base, names):
        if name in (inside, "*") or name.endswith("/"):
            continue
        paths = glob.glob(os.path.join(glob.escape(base), name)) if "*" in name else [os.path.join(base, name)]
        for path in paths:
            if is_data(path):
                yield os.path.relpath(path, folder)


def files_below(folder: str, inside: str, with_code: bool = False) -> list[str]:
    """All data in a folder, relative to ``folder``; nothing where it is too much to be shipped unasked."""
    found, total = [], 0
    if not os.path.isdir(folder):
        return _zipped_data(folder)
    for base, subfolders, names in os.walk(os.path.join(folder, inside)):
        subfolders[:] = sorted(one for one in subfolders if not one.startswith((".", "__")))
        for name in sorted(names):
            path = os.path.join(base, name)
            if is_data(path, with_code) and not name.startswith("."):
                total += os.path.getsize(path)
                found.append(os.path.relpath(path, folder))
        if total > MAX_FOLDER_BYTES or len(found) > MAX_FOLDER_FILES:
            return []
    return found


def _zipped_data(folder: str) -> list[str]:
    """The same for a package in a zip."""
    found = {
        relative: size
        for relative, size in zipped_below(folder)
        if not relative.endswith(_CODE) and not any(part.startswith((".", "__")) for part in relative.split("/"))
    }
    is_small = sum(found.values()) <= MAX_FOLDER_BYTES and len(found) <= MAX_FOLDER_FILES
    return sorted(found) if is_small else []


def is_left_out(names: Iterable[str], exclude: Iterable[str]) -> bool:
    """Whether a file that is known by these paths is not to be brought: by its name, by a pattern, as one in a folder.

    >>> is_left_out(["raw/a.tmp"], ["*.tmp"]), is_left_out(["raw/a.csv"], ["raw/"]), is_left_out(["raw/a.csv"], ["a.csv"])
    (True, True, True)
    """
    patterns = [os.path.normpath(one) for one in exclude]
    return any(
        fnmatch.fnmatchcase(name, one) or os.path.basename(name) == one or name.startswith(one + os.sep)
        for name in names
        for one in patterns
    )


def size_of(path: str) -> int:
    """The size of a file in bytes, on the disk or in a zip."""
    size = zipped_size(path)
    return os.path.getsize(path) if size is None else size


def is_data(path: str, with_code: bool = False) -> bool:
    """Whether there is such a file that is no code, or may be that."""
    return os.path.isfile(path) and not is_code(path, with_code)


def is_code(path: str, with_code: bool = False) -> bool:
    """Whether a name is one of code, that ``with_code`` is not meant as well."""
    return path.endswith(_CODE) and not (with_code and path.endswith(".py"))


def is_data_folder(path: str) -> bool:
    """Whether there is such a folder that is no package of code."""
    return os.path.isdir(path) and not _is_code_folder(path)


def _is_code_folder(path: str) -> bool:
    return os.path.exists(os.path.join(path, "__init__.py")) or path.endswith("__pycache__")


#: How far above the script's folder data is looked for that a program names.
MAX_LEVELS_UP = 3


def is_upwards(text: str) -> bool:
    """Whether a relative path is nothing but ``..``, once or more often: a folder around this one, which is never brought as a whole."""
    return ".." in text and set(os.path.normpath(text).split(os.sep)) == {".."}


def levels_up(relative: str) -> int:
    """By how many folders a relative path climbs out of its own.

    >>> levels_up("../data/x.csv"), levels_up("data/../x.csv")
    (1, 0)
    """
    parts = os.path.normpath(relative).split(os.sep)
    return sum(part == ".." for part in parts)


def around(folder: str) -> list[str]:
    """The folders around this one from which data may be brought, the nearest first: of a project, not of a home or a machine."""
    home, found = os.path.expanduser("~"), list[str]()
    for _ in range(MAX_LEVELS_UP):
        folder = os.path.dirname(folder)
        if folder.count(os.sep) < 2 or f"{home}{os.sep}".startswith(folder.rstrip(os.sep) + os.sep):
            break
        found.append(folder)
    return found


def read_data(file: DataFile) -> bytes:
    """The file's bytes. Raises PackagingError if they cannot be read."""
    zipped = zipped_file(file.path)
    if zipped is not None:
        return zipped
    try:
        with open(file.path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise PackagingError(
            f"cannot read the data file {file.path}: {error.strerror}",
            where=file.why,
            hint=f'make it readable, or leave it out: @cluster(exclude=["{os.path.basename(file.path)}"])',
        ) from error
