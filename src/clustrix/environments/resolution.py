"""From what is wanted to a lock: the exact wheels for one interpreter, found on this machine by uv."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from clustrix.environments import uv
from clustrix.errors import EnvironmentBuildError
from clustrix.requirements import normalized

if TYPE_CHECKING:
    from clustrix.environments.interpreters import Interpreter
    from clustrix.environments.pins import Wanted

#: The versions of glibc that uv has names for; an older one of them fits a newer glibc.
_GLIBC_MINORS = (17, 28, *range(31, 41))


@dataclass(frozen=True)
class Wheel:
    """One wheel of a lock. ``place`` is its URL, or its path here if no index has it."""

    name: str
    version: str
    file: str
    place: str
    sha256: str
    size_bytes: int

    @property
    def is_local(self) -> bool:
        """Whether it has to be sent, as no index has it."""
        return "://" not in self.place


@dataclass(frozen=True)
class Lock:
    """The wheels of an environment. ``changed`` are (name, version here, version there) that are not the same."""

    wheels: tuple[Wheel, ...]
    changed: tuple[tuple[str, str, str], ...] = ()

    @property
    def text(self) -> str:
        """The lock as a requirements file with hashes, as uv reads it there."""
        return "".join(f"{one.name}=={one.version} --hash=sha256:{one.sha256}\n" for one in self.wheels)

    @property
    def size_bytes(self) -> int:
        return sum(one.size_bytes for one in self.wheels)

    @property
    def versions(self) -> dict[str, str]:
        """Versions by normalized name."""
        return {normalized(one.name): one.version for one in self.wheels}

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Lock:
        """Read what ``to_json`` wrote. Raises ValueError, KeyError or TypeError if it is something else."""
        table = json.loads(text)
        changed = tuple((str(a), str(b), str(c)) for a, b, c in table["changed"])
        return cls(tuple(Wheel(**wheel) for wheel in table["wheels"]), changed)


class ResolutionError(Exception):
    """uv found no solution, or no index; ``said`` is all that it said."""

    def __init__(self, said: str) -> None:
        super().__init__(uv.reasons(said))
        self.said = said


def resolve(wanted: Wanted, interpreter: Interpreter, *, strict: bool, find_links: Path | None = None) -> Lock:
    """The lock for an interpreter: preferred versions where they can be had, others where not.

    ``find_links`` is a folder with wheels that no index has. Raises ResolutionError, EnvironmentBuildError.
    """
    with tempfile.TemporaryDirectory(prefix="clustrix-lock-") as folder:
        work = _Work(Path(folder), interpreter, find_links)
        requirements = _strict_lines(wanted) if strict else [str(one) for one in wanted.requirements]
        ranges = [f"{one.name}{one.specifier}" for one in wanted.constraints]
        limits = [] if strict else _upper_limits(wanted)
        try:
            pinned = work.compile(requirements, wanted.preferences, [*ranges, *limits])
        except ResolutionError as error:
            if not limits or uv.is_about_network(error.said):
                raise
            # What is installed here may be too old for a newer Python there.
            pinned = work.compile(requirements, wanted.preferences, ranges)
        wheels = work.wheels(pinned)
    return Lock(wheels, tuple(_changed(wheels, wanted.preferences)))


def _changed(wheels: Sequence[Wheel], preferences: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for one in wheels:
        here = preferences.get(normalized(one.name))
        if here and _public(here) != _public(one.version):
            found.append((one.name, here, one.version))
    return found


def _strict_lines(wanted: Wanted) -> list[str]:
    versions = {normalized(need.name): need.version for need in wanted.needs if need.version}
    lines = []
    for one in wanted.requirements:
        version = versions.get(normalized(one.name))
        lines.append(f"{one.name}=={version}" if version and not one.specifier else str(one))
    return lines


def _upper_limits(wanted: Wanted) -> list[str]:
    """Nothing shall be newer than here: code that runs here has not seen it."""
    return [f"{name}<={_public(version)}" for name, version in wanted.preferences.items() if _public(version)]


def _public(version: str) -> str:
    """A version without its local part, which no comparison but equality may have; "" if it is no version.

    >>> _public("2.5.1+cpu"), _public("unknown")
    ('2.5.1', '')
    """
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version).public
    except InvalidVersion:
        return ""


def platform_of(interpreter: Interpreter) -> str:
    """The name that uv has for a machine. Raises EnvironmentBuildError for one that it has none for."""
    machine, libc = interpreter.machine, interpreter.libc
    if interpreter.system == "Darwin":
        return "aarch64-apple-darwin" if machine == "arm64" else f"{machine}-apple-darwin"
    if interpreter.system == "Linux" and libc is None:
        return f"{machine}-unknown-linux-musl"
    if interpreter.system == "Linux" and libc is not None and machine in ("x86_64", "aarch64"):
        major, _, minor = libc[1].partition(".")
        known = [one for one in _GLIBC_MINORS if major == "2" and minor.isdigit() and one <= int(minor)]
        if known:
            return f"{machine}-manylinux_2_{known[-1]}"
    raise EnvironmentBuildError(
        f"no wheels are known for {interpreter.platform}", hint="environment= the folder of an environment there"
    )


class _Work:
    """uv's files for one resolution."""

    def __init__(self, folder: Path, interpreter: Interpreter, find_links: Path | None) -> None:
        self._folder = folder
        # The full version: 3.6 would mean 3.6.0, for which there is less.
        version = ".".join(map(str, interpreter.version))
        self._target = ["--python-version", version, "--python-platform", platform_of(interpreter)]
        self._target += [*uv.this_python(), "--only-binary", ":all:", "--no-header", "--no-annotate"]
        if find_links is not None:
            self._target += ["--find-links", str(find_links)]

    def compile(self, requirements: Sequence[str], preferences: Mapping[str, str], limits: Sequence[str]) -> Path:
        """A file that pins all that is needed."""
        wanted, limit, pinned = (self._folder / name for name in ("wanted.in", "limits.txt", "pinned.txt"))
        wanted.write_text("\n".join(requirements))
        limit.write_text("\n".join(limits))
        # uv keeps to what its output file says already, where that is possible.
        pinned.write_text("\n".join(f"{name}=={version}" for name, version in preferences.items() if _public(version)))
        self._run([str(wanted), "-c", str(limit), "-o", str(pinned)])
        return pinned

    def wheels(self, pinned: Path) -> tuple[Wheel, ...]:
        """The wheels behind the pins."""
        import tomllib

        lock = self._folder / "pylock.toml"
        self._run([str(pinned), "--no-deps", "--format", "pylock.toml", "-o", str(lock)])
        packages = tomllib.loads(lock.read_text(encoding="utf-8")).get("packages", [])
        return tuple(_wheel(package) for package in packages)

    def _run(self, arguments: list[str]) -> None:
        status, said = uv.run_uv(["pip", "compile", *arguments, *self._target, "--quiet"])
        if status != 0:
            raise ResolutionError(said)


def _wheel(package: Mapping[str, Any]) -> Wheel:
    try:
        chosen = package["wheels"][0] if "wheels" in package else package["archive"]
        url = str(chosen.get("url") or chosen["path"])
        place = unquote(urlsplit(url).path) if url.startswith("file:") else url
        file = os.path.basename(unquote(urlsplit(url).path))
        size = int(chosen.get("size") or (os.path.getsize(place) if "://" not in place else 0))
        sha256 = str(chosen["hashes"]["sha256"])
        return Wheel(str(package["name"]), str(package["version"]), file, place, sha256, size)
    except (KeyError, IndexError, TypeError, ValueError, OSError) as error:
        what = f"{package.get('name')} {package.get('version')} has no wheel that uv can name ({error!r})"
        raise EnvironmentBuildError(what, hint='environment=["name==another version"]') from None


def not_found(said: str) -> list[str]:
    """Of a failed resolution, the names of packages that no index has a wheel of.

    >>> not_found("cause: Because all versions of docopt have no usable wheels and you require docopt, ...")
    ['docopt']
    """
    patterns = (
        r"(?:all versions of )?([\w.-]+?)(?:[<>=!~]=?\S+)? (?:have|has) no usable wheels",
        r"([\w.-]+) was not found in the (?:package registry|cache|provided package locations)",
        r"there (?:is|are) no versions? of ([\w.-]+?)[<>=!~ ]",
    )
    return sorted({normalized(name) for pattern in patterns for name in re.findall(pattern, said)})
