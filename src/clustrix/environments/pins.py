"""What an environment shall hold, and in which versions: from an explicit list, a script's own block, or its imports.

Precedence: ``environment=``; a PEP 723 block in the script that defines the function; what the function imports, in
the versions of the nearest lock file, else in those installed here.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustrix.environments.requirement_files import (
    parse,
    parsed_toml,
    project_requirements,
    read_conda,
    read_requirements,
    text_of,
    toml_of,
)
from clustrix.errors import ConfigError
from clustrix.requirements import NeededDistribution, installed_distributions, normalized

if TYPE_CHECKING:
    from packaging.requirements import Requirement

#: A lock file's name, by which it is known.
LOCK_NAMES = ("uv.lock", "pylock.toml")


@dataclass(frozen=True)
class Wanted:
    """What an environment shall hold. ``source`` says who wants it; ``preferences`` are versions by normalized name.

    ``needs`` are the distributions reached by imports; empty if the requirements were given. ``constraints`` are the
    ranges that the project allows, of whatever comes to be needed.
    """

    requirements: tuple[Requirement, ...]
    preferences: Mapping[str, str] = field(repr=False)
    source: str
    needs: tuple[NeededDistribution, ...] = ()
    constraints: tuple[Requirement, ...] = ()

    @property
    def modules(self) -> tuple[str, ...]:
        """The top-level modules that must be found there."""
        return tuple(dict.fromkeys(need.imported_as for need in self.needs))


def wanted_by(
    environment: str | Sequence[str] | None,
    needs: Sequence[NeededDistribution],
    packages: Sequence[str],
    script: Path | None,
) -> Wanted:
    """What a call wants. ``packages`` are further requirements; ``script`` the file that defines the function.

    Raises ConfigError for a requirement, a file or a block that cannot be read.
    """
    folder = script.parent if script is not None else Path.cwd()
    further = [parse(text, "packages=") for text in packages]
    if isinstance(environment, str) and environment != "auto":
        given, source = _from_word(environment, folder), f"environment={environment!r}"
    elif environment is not None and environment != "auto":
        given, source = [parse(text, "environment=") for text in environment], "environment=[..]"
    else:
        block = script_block(script) if script is not None else None
        if block is None:
            return _from_imports(needs, further, folder)
        given, source = block, f"the block in {script.name if script else ''}"
    return Wanted((*given, *further), preferences(folder), source)


def _from_imports(needs: Sequence[NeededDistribution], further: Sequence[Requirement], folder: Path) -> Wanted:
    if not needs:
        return Wanted((*further,), preferences(folder), "what the function imports")
    from packaging.requirements import Requirement

    named = {normalized(one.name) for one in further}
    reached = [Requirement(need.name) for need in needs if normalized(need.name) not in named]
    ranges = tuple(project_ranges(folder)) if reached else ()
    return Wanted((*reached, *further), preferences(folder), "what the function imports", tuple(needs), ranges)


def project_ranges(folder: Path) -> Iterator[Requirement]:
    """The ranges of versions in the nearest pyproject.toml or requirements.txt; what cannot be read limits nothing."""
    for name, read in (("pyproject.toml", project_requirements), ("requirements.txt", read_requirements)):
        path = nearest(folder, (name,))
        with contextlib.suppress(ConfigError):
            for one in read(path) if path is not None else ():
                if one.specifier and not one.url and (one.marker is None or one.marker.evaluate({"extra": ""})):
                    yield one


def _from_word(word: str, folder: Path) -> list[Requirement]:
    if word == "project":
        project = nearest(folder, ("pyproject.toml",))
        if project is None:
            raise ConfigError(f"there is no pyproject.toml in {folder} or above it", where='environment="project"')
        return project_requirements(project)
    path = Path(os.path.expanduser(word))
    if not path.is_file():
        raise ConfigError(
            f"environment={word!r} is neither a file here nor a way to say an environment",
            where="environment=",
            hint='"auto", "project", None, "/a/folder/of/the/cluster", "requirements.txt", or a list: ["numpy>=2"]',
        )
    if path.name.endswith(".lock") or path.name.startswith("pylock"):
        return [parse(f"{name}=={version}", str(path)) for name, version in read_lock(path).items()]
    if path.suffix == ".toml":
        return project_requirements(path)
    return read_conda(path) if path.suffix in (".yml", ".yaml") else read_requirements(path)


_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def script_block(script: Path) -> list[Requirement] | None:
    """The ``dependencies`` of a script's block (PEP 723); None if it has none. ConfigError for one that is broken.

    The expression is that of the specification.
    """
    try:
        text = script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    blocks = (
        [match["content"] for match in _BLOCK.finditer(text) if match["type"] == "script"] if "# ///" in text else []
    )
    if not blocks:
        return None
    if len(blocks) > 1:
        raise ConfigError("more than one `# /// script` block", where=str(script), hint="keep one of them")
    content = "".join(line[2:] if line.startswith("# ") else line[1:] for line in blocks[0].splitlines(keepends=True))
    table = parsed_toml(content, f"{script}, in its `# /// script` block")
    dependencies = table.get("dependencies", [])
    if not isinstance(dependencies, list):
        raise ConfigError("dependencies is not a list", where=f"{script}, in its `# /// script` block")
    return [parse(str(one), str(script)) for one in dependencies]


def preferences(folder: Path) -> dict[str, str]:
    """The versions to take if they can be had: of the nearest lock file, else those installed here."""
    found = {name: one.version for name, one in installed_distributions().items()}
    lock = nearest(folder, LOCK_NAMES)
    if lock is not None:
        found.update(read_lock(lock))
        return found
    pinned = nearest(folder, ("requirements.txt",))
    if pinned is not None:
        found.update(_exact(pinned))
    return found


def _exact(path: Path) -> dict[str, str]:
    """The versions that a requirements.txt pins exactly; whatever else it holds is not our matter."""
    pins = re.findall(r"(?m)^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*([\w.!+-]+)", text_of(path))
    return {normalized(name): version for name, version in pins}


def read_lock(path: Path) -> dict[str, str]:
    """The versions in a uv.lock or pylock.toml, by normalized name. Raises ConfigError if it is broken."""
    table = toml_of(path)
    packages = table.get("package", table.get("packages"))
    if not isinstance(packages, list):
        raise ConfigError("this lock file has no packages", where=str(path), hint="uv lock makes it anew")
    found = {}
    for package in packages:
        if isinstance(package, dict) and isinstance(package.get("version"), str) and not _is_local(package):
            found[normalized(str(package.get("name")))] = package["version"]
    return found


def _is_local(package: Mapping[str, Any]) -> bool:
    source = package.get("source")
    return isinstance(source, dict) and any(kind in source for kind in ("virtual", "editable", "directory"))


def nearest(folder: Path, names: Sequence[str]) -> Path | None:
    """The file of one of these names in the folder or the nearest above it, up to the repository's or home folder."""
    home = Path.home()
    for above in (folder.absolute(), *folder.absolute().parents):
        for name in names:
            if (above / name).is_file():
                return above / name
        if above == home or (above / ".git").exists():
            return None
    return None
