"""Files that are named in the text of a data file which is brought: a table of samples, ``"extends": "base.yaml"``.

Code reads such a file where it runs, and opens beside it, or in the working folder, what stands in it. A pickle names the modules and classes of what is in it.
"""

from __future__ import annotations

import functools
import os
import pickletools
import re
from collections.abc import Callable, Iterator, Set

from clustrix.capture.data.data_files import (
    files_below,
    files_named,
    is_candidate,
    is_data,
    is_data_folder,
    is_upwards,
    that_may_be_in,
)

#: What people write such names into.
_TEXTS = frozenset(
    (".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".csv", ".tsv", ".txt", ".list", ".lst", ".xml")
)
#: A larger file is data, and no list of files.
_MAX_BYTES = 256 * 1024
_PICKLES = frozenset((".pkl", ".pickle", ".pck", ".p", ".joblib", ".dill", ".model"))
#: So many files are looked through.
MOST_LOOKED_INTO = 50
_WORDS = re.compile(r"[^\s\"'`,;=<>(){}\[\]]+")


def files_named_in(path: str, folder: str, said: Set[str], lists_folders: bool) -> Iterator[str]:
    """The files of ``folder``, relative to it, that the text at ``path`` names, by whole names or without an ending that is its own.

    Of a folder that is named, as any word may be one, what either the text or the code (``said``) names in it; all for code that lists folders.
    """
    ending, words = os.path.splitext(path)[1], words_of(path)
    names = sorted({*words, *(word + ending for word in words if not os.path.splitext(word)[1])})
    for name in that_may_be_in(folder, names):
        found = os.path.join(folder, name)
        if "*" in name or is_upwards(name):
            continue
        if is_data(found) and not os.path.samefile(found, path):
            yield os.path.normpath(name)
        elif is_data_folder(found):
            yield from (os.path.normpath(os.path.join(name, one)) for one in files_named({*names, *said}, found))
            yield from files_below(folder, os.path.normpath(name)) if lists_folders else ()


def words_of(path: str) -> frozenset[str]:
    """All that could be names in a file that is short, and text by its name."""
    return _read_if_short(path, _TEXTS, _words)


def names_pickled_in(path: str) -> frozenset[str]:
    """The modules, functions and classes that a pickle names, if the file at ``path`` is one by its name, and short."""
    return _read_if_short(path, _PICKLES, _pickled)


def _read_if_short(
    path: str, endings: frozenset[str], read: Callable[[str, int, int], frozenset[str]]
) -> frozenset[str]:
    try:
        told = os.stat(path) if os.path.splitext(path)[1].lower() in endings else None
    except OSError:
        return frozenset()
    return frozenset() if told is None or told.st_size > _MAX_BYTES else read(path, told.st_mtime_ns, told.st_size)


@functools.lru_cache(maxsize=1024)
def _words(path: str, written_at: int, size: int) -> frozenset[str]:
    """Kept while the file is what it was."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            text = stream.read()
    except OSError:
        return frozenset()
    return frozenset(word for word in _WORDS.findall(text) if is_candidate(word))


@functools.lru_cache(maxsize=1024)
def _pickled(path: str, written_at: int, size: int) -> frozenset[str]:
    """Kept while the file is what it was."""
    found: set[str] = set()
    try:
        with open(path, "rb") as stream:
            for operation, argument, _ in pickletools.genops(stream):
                if isinstance(argument, str):
                    # Module and name; or a text that STACK_GLOBAL takes for one of them.
                    found.update(argument.split(" ", 1) if operation.name == "GLOBAL" else (argument,))
    except (OSError, ValueError):
        pass  # compressed, or no pickle
    return frozenset(found)
