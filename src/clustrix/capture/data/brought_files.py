"""Which data files a call brings: those that its code and its arguments name, those beside its packages' code, those in ``data=``."""

from __future__ import annotations

import glob
import itertools
import os
import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

from clustrix.capture.data.data_files import (
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    DataFile,
    around,
    files_among_words,
    files_below,
    files_named,
    is_code,
    is_left_out,
    is_upwards,
    levels_up,
    size_of,
)
from clustrix.capture.data.moved_paths import local_packages
from clustrix.capture.data.named_in_data import MOST_LOOKED_INTO, files_named_in
from clustrix.capture.data.texts_in_values import texts_in_value
from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.modules.own_distributions import own_distributions
from clustrix.capture.reached import Reached
from clustrix.capture.unseen import lists_folders
from clustrix.errors import CaptureError

_MOST_VALUES_OF_MODULE = 1_000
_LONGEST_PATH = 4096
_IN_A_FOLDER = "in a folder that is named"


def brought_files(
    reached: Reached, data: tuple[str, ...], exclude: tuple[str, ...], given: Any
) -> tuple[DataFile, ...]:
    """The files, by their names in the package. ``data`` and ``exclude`` are the user's; ``given`` holds the call's arguments.

    Raises CaptureError where a pattern in ``data`` fits no file.
    """
    bringing = _Bringing(reached, exclude)
    bringing.add_explicit(data)
    bringing.add_named(given)
    modules = [module for module in reached.modules.found.values() if module.path is not None]
    bringing.add_beside(modules)
    if any(one.asks_for_metadata for one in reached.references()):
        bringing.add_metadata()
    if _looks_beside_itself(reached):
        for package in _outermost_packages(reached):
            bringing.add_inside(package)
    bringing.add_named_in_data()
    return tuple(_placed(bringing.found[member] for member in sorted(bringing.found)))


class _Bringing:
    """Files are added under their names in the package; what is too large is only told."""

    def __init__(self, reached: Reached, exclude: tuple[str, ...]) -> None:
        self.found: dict[str, DataFile] = {}
        self._reached = reached
        self._exclude = exclude
        self._working = os.getcwd()
        self._total_bytes = 0
        #: Whether files of code may be meant.
        self._with_code = any(one.runs_files for one in reached.references())
        captured, shipped = reached.definitions()
        self._lists = lists_folders([*captured, *shipped])
        #: What code, values and arguments say.
        self._said: set[str] = set()

    def add(self, folder: str, relative: str, member: str, why: str, arrives_as: str = "") -> None:
        """One file, unless it is left out; above ``folder`` only what is named from code, or two steps from the working folder."""
        path = os.path.normpath(os.path.join(folder, relative))
        up, place = levels_up(relative), member.partition("/")[0]
        member = f"{member}/{relative}".replace(os.sep, "/")
        if place == "code":
            # Beside one module or above another, it is one file.
            member = f"code/{posixpath.normpath(member[5:])}"
        # In a job, the working folder has two folders of the job's own around it.
        steps = 2 if place == "data" else up
        may_be_above = up <= min(steps, len(around(folder)))
        if member in self.found or os.path.isabs(relative) or not may_be_above:
            return
        if self._exclude and is_left_out((path, relative, os.path.relpath(path, self._working)), self._exclude):
            return
        size = size_of(path)
        if not why.startswith("data="):
            if size > MAX_FILE_BYTES or self._total_bytes + size > MAX_TOTAL_BYTES:
                self._reached.undecided.append(
                    f"{path} has {size / 1e6:.0f} MB and is not shipped: put it on the cluster, or list it in data=[..]"
                )
                return
            self._total_bytes += size
        beside = folder if place == "main" else ""
        self.found[member] = DataFile(path, member, why, size, arrives_as.replace(os.sep, "/"), beside)

    def add_explicit(self, patterns: tuple[str, ...]) -> None:
        """What the user lists; a file beside shipped code lies beside it there too."""
        packages = {module.locations[0]: module for module in _outermost_packages(self._reached)}
        for pattern in patterns:
            why = f"data={pattern!r}"
            for relative in _explicit(pattern, self._working):
                self.add(self._working, relative, "data", why, relative)
                path = os.path.join(self._working, relative)
                for folder, module in packages.items():
                    if path.startswith(folder + os.sep):
                        self.add(folder, os.path.relpath(path, folder), _code_folder(module), why)

    def add_named(self, given: Any) -> None:
        """What the captured definitions, the values that they use and the arguments name, in the working folder or beside the script."""
        texts = {text.text: text.place for text, _ in self._reached.texts}
        for use in self._reached.used:
            for text in texts_in_value(use.value):
                texts.setdefault(text, str(use))
        for text in texts_in_value(given):
            texts.setdefault(text, "named by an argument")
        texts |= self._by_ending(texts)
        self._said.update(texts)
        for relative, why in _named(texts, self._working, 0, self._with_code):
            self.add(self._working, relative, "data", why, relative)
        for folder, name in local_packages().items():
            for relative, why in _named_in_package(texts, folder):
                self.add(folder, relative, f"code/{name}", why)
        scripts = (_file(space.namespace) for space in self._reached.spaces)
        climbs = max((one.climbs for one in self._reached.read), default=0)
        for folder in {os.path.dirname(file) for file in scripts if file}:
            for relative, why in _named(texts, folder, climbs, self._with_code):
                self.add(folder, relative, "main", why)

    def add_beside(self, modules: list[FoundModule]) -> None:
        """Files beside shipped modules that their texts name: through ``__file__`` or ``importlib.resources`` they find them there.

        What one of them makes the folder of the project others fill with names: ``ROOT / "data"``.
        """
        everywhere = _texts_of(modules)
        everywhere |= self._by_ending(everywhere)
        self._said.update(everywhere)
        for (folder, climbs, place), together in _by_folder(modules).items():
            texts = _texts_of(together)
            if climbs:
                texts = {**everywhere, **{text.text: text.place for text, _ in self._reached.texts}, **texts}
            for relative, why in _named(texts, folder, climbs, self._with_code):
                self.add(folder, relative, place, why)
            for relative in files_below(folder, "") if not os.path.isdir(folder) else ():
                told = [texts[name] for name in (relative, os.path.basename(relative)) if name in texts]
                if told:
                    self.add(folder, relative, place, told[0])
        for relative in files_named(everywhere, self._working, self._with_code):
            self.add(self._working, relative, "data", everywhere.get(relative, _IN_A_FOLDER), relative)
        for relative, text in files_among_words(everywhere, self._working):
            self.add(self._working, relative, "data", everywhere[text], relative)

    def _by_ending(self, texts: dict[str, str]) -> dict[str, str]:
        """What a program that looks through folders takes of them: ``if name.endswith(".csv")``; whoever counts ``.py`` means no file of this project."""
        endings = [text for text in texts if re.fullmatch(r"\.\w{1,8}", text)] if self._lists else []
        return {"*" + one: texts[one] for one in endings if not is_code(one, self._with_code)}

    def add_metadata(self) -> None:
        """What the program's own projects say of themselves, beside the shipped modules."""
        for one in own_distributions():
            above, name = os.path.split(one.folder)
            for file in one.files:
                self.add(above, os.path.join(name, file), "code", f"metadata of {name}")

    def add_named_in_data(self) -> None:
        """What the texts of the files that are brought name, beside them or in the working folder; and what the texts of those name."""
        looked_into = list(self.found.values())
        for file in itertools.islice(looked_into, MOST_LOOKED_INTO):
            beside, before = os.path.dirname(file.path), len(self.found)
            for folder in dict.fromkeys([beside, self._working] if file.arrives_as else [beside]):
                for name in files_named_in(file.path, folder, self._said, self._lists):
                    self._add_near(file, os.path.join(folder, name))
            looked_into += list(self.found.values())[before:]

    def _add_near(self, file: DataFile, path: str) -> None:
        """A file that another one names: as far from that as at home."""
        why, place = f"named in {os.path.basename(file.path)}", file.member.partition("/")[0]
        root = self._working if file.arrives_as else file.beside or os.path.dirname(file.path)
        member = place if file.arrives_as or file.beside else os.path.dirname(file.member)
        relative = os.path.relpath(path, root)
        self.add(root, relative, member, why, relative if file.arrives_as else "")

    def add_inside(self, package: FoundModule) -> None:
        """All data of a package, as an installer would bring it."""
        for folder in package.locations:
            for relative in files_below(folder, ""):
                self.add(folder, relative, _code_folder(package), f"data of package {package.name}")


def _named(texts: dict[str, str], folder: str, climbs: int, with_code: bool) -> Iterator[tuple[str, str]]:
    """``(relative path, why)`` of the files that the texts name: from ``folder``, from those around it to which code climbs, or absolutely."""
    inside = {_from(folder, text): why for text, why in texts.items()}
    for relative in files_named(inside, folder, with_code):
        yield relative, inside.get(relative, _IN_A_FOLDER)
    for relative, text in files_among_words(inside, folder):
        yield relative, inside[text]
    for text, why in texts.items():
        # Who names a folder by its whole path means what lies in it, be it a package's, too.
        relative = _from(folder, text) if os.path.isabs(text) else "."
        if relative != "." and not os.path.isabs(relative) and not is_upwards(relative):
            yield from ((one, why) for one in files_below(folder, relative))
    named_above = {os.path.normpath(text) for text in inside if is_upwards(text)}
    for steps, above in enumerate(around(folder), 1):
        if steps <= climbs or os.path.relpath(above, folder) in named_above:
            for relative in files_named(inside, above, with_code):
                yield os.path.relpath(os.path.join(above, relative), folder), f"named, beneath {above}"


def _by_folder(modules: Iterable[FoundModule]) -> dict[tuple[str, int, str], list[FoundModule]]:
    """The modules of each folder, by how far they climb out of it and where it lies in the package: the disk is asked once for all."""
    found: dict[tuple[str, int, str], list[FoundModule]] = {}
    for module in modules:
        key = os.path.dirname(module.path or ""), module_source(module).references.climbs, _code_folder(module)
        found.setdefault(key, []).append(module)
    return found


def _texts_of(modules: Iterable[FoundModule]) -> dict[str, str]:
    """The texts in modules, each with where it stands: in the source, or in what they have read (``CONF = json.load(..)``)."""
    found: dict[str, str] = {}
    for module in modules:
        name, living = os.path.basename(module.path or ""), sys.modules.get(module.name)
        namespace = list(vars(living).items()) if living else []
        held = {key: one for key, one in namespace if not key.startswith("__") and not isinstance(one, ModuleType)}
        found |= dict.fromkeys(texts_in_value(held, _MOST_VALUES_OF_MODULE), f"named by a value in {name}")
        found |= {text: f"named in {name} line {line}" for text, line in module_source(module).references.texts}
    return found


def _named_in_package(texts: dict[str, str], folder: str) -> Iterator[tuple[str, str]]:
    """The same for absolute paths in a package, where a path means its place there: see :mod:`moved_paths`."""
    for text, why in texts.items():
        if text == folder or text.startswith(folder + os.sep):
            relative = os.path.relpath(text, folder)
            for one in [relative] if os.path.isfile(text) else files_below(folder, relative):
                yield os.path.normpath(one), why


def _from(folder: str, text: str) -> str:
    """An absolute path in the folder or around it, as seen from there."""
    if not os.path.isabs(text) or len(text) > _LONGEST_PATH or "\0" in text:
        return text
    path = os.path.normpath(text)
    is_near = any(path == one or path.startswith(one + os.sep) for one in (folder, *around(folder)))
    return os.path.relpath(path, folder) if is_near else text


def _placed(files: Iterable[DataFile]) -> Iterator[DataFile]:
    """By names that fit into a zip: the folders of script and modules lie as deep in the package as something above them asks for."""
    files = [replace(file, above_code=_above_code(file.member)) for file in files]
    deep = {"main": main_folder(files), "code": code_folder(files)}
    for file in files:
        place, _, relative = file.member.partition("/")
        if place in deep:
            yield replace(file, member=posixpath.normpath(f"{deep[place]}/{relative}"))
        else:
            # What is above the working folder.
            yield replace(file, member="/".join("^" if part == ".." else part for part in file.member.split("/")))


def main_folder(files: Iterable[DataFile]) -> str:
    """Where the script's folder lies in the package."""
    relatives = (os.path.relpath(file.path, file.beside) for file in files if file.beside)
    return "main" + "/0" * max(map(levels_up, relatives), default=0)


def code_folder(files: Iterable[DataFile]) -> str:
    """Where the folder lies in the package from which modules are imported."""
    return "code" + "/0" * max((file.above_code for file in files), default=0)


def _above_code(member: str) -> int:
    place, _, relative = member.partition("/")
    return levels_up(relative) if place == "code" else 0


def _code_folder(module: FoundModule) -> str:
    return f"code/{os.path.dirname(module.arrives_as)}".rstrip("/")


def _outermost_packages(reached: Reached) -> list[FoundModule]:
    found = reached.modules.found
    return [module for name, module in found.items() if module.is_package and name.rpartition(".")[0] not in found]


def _looks_beside_itself(reached: Reached) -> bool:
    """Whether any code that is shipped asks where it lies, or for the data of a package."""
    return any(one.asks_for_its_place for one in reached.references())


def _file(namespace: dict[str, Any]) -> str | None:
    file = namespace.get("__file__")
    return os.path.abspath(file) if isinstance(file, str) and os.path.isfile(file) else None


def _explicit(pattern: str, working: str) -> list[str]:
    found = list(files_named([pattern], working))
    if not found:
        paths = glob.glob(os.path.join(glob.escape(working), pattern), recursive=True)
        found = [os.path.relpath(path, working) for path in paths if os.path.isfile(path)]
    if not found:
        raise CaptureError(f"data={pattern!r}: there is no such file", where=working)
    return found
