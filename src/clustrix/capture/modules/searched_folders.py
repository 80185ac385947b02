"""Folders that a program puts on the path when it is called: ``sys.path.insert(0, os.path.join(HERE, "lib"))`` in a function.

Here nobody has called it yet, so the import system does not find what lies there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from clustrix.capture.data.data_files import around, is_candidate
from clustrix.capture.modules.found_modules import search_also
from clustrix.references import References

_PUT_ON_PATH = frozenset({"path", "addsitedir"})
#: By the file of a module, what was read of it when the disk was asked for its folders: they are searched from then on.
_ASKED: dict[str, References] = {}


def search_where_it_will(read: References, file: str, namespace: Mapping[str, Any]) -> None:
    """Have modules found in the folders that code in ``file`` puts on the path; ``namespace`` holds its globals."""
    if _puts_on_path(read):
        held = (namespace.get(name) for name in read.names)
        texts = [text for text, _ in read.texts if "*" not in text]
        texts += [str(one) for one in held if isinstance(one, (str, PurePath))]
        search_also(_folders_named(texts, file, read.climbs))


def search_where_module_will(read: References, file: str, namespace: Mapping[str, Any]) -> None:
    """The same for all of a module, once for what its file says."""
    if _ASKED.get(file) is not read:
        _ASKED[file] = read
        search_where_it_will(read, file, namespace)


def _puts_on_path(read: References) -> bool:
    in_sys = any(path[0] == "path" for path in read.attributes.get("sys", ()))
    in_site = ("addsitedir",) in read.attributes.get("site", ())
    return (
        in_sys
        or in_site
        or any(one.module in ("sys", "site") and _PUT_ON_PATH & set(one.names) for one in read.imports)
    )


def _folders_named(texts: list[str], file: str, climbs: int) -> Iterator[str]:
    """The folders that the texts name, alone or two of them joined, beside the file, around it and in the working folder."""
    beside = os.path.dirname(os.path.abspath(file)) if os.path.isfile(file) else os.getcwd()
    bases = dict.fromkeys([beside, *around(beside), os.getcwd()])
    inside = list(_below(bases, texts))
    yield from inside
    yield from _below(inside, texts)
    yield from [beside, *around(beside)[:climbs]]


def _below(bases: Iterable[str], texts: list[str]) -> Iterator[str]:
    for text in texts:
        paths = (
            [os.path.join(base, text) for base in bases]
            if is_candidate(text)
            else [text]
            if os.path.isabs(text)
            else []
        )
        yield from (os.path.normpath(path) for path in paths if "\0" not in path and os.path.isdir(path))
