"""Wheels of a few lines, made here; a folder of them served as a package index; and programs that import them."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    python: str = "",
    tag: str = "py3-none-any",
    files: Mapping[str, str] | None = None,
) -> Path:
    """Write a wheel whose module says its version."""
    information = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {one}" for one in requires]
    metadata += [f"Requires-Python: {python}"] if python else []
    members = dict(files or {f"{name}/__init__.py": f"version = {version!r}\n"})
    members[f"{information}/METADATA"] = "\n".join([*metadata, "", ""])
    pure = "true" if tag.endswith("-any") else "false"
    members[f"{information}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: {pure}\nTag: {tag}\n"
    record = [_recorded(member, text) for member, text in members.items()]
    members[f"{information}/RECORD"] = "\n".join([*record, f"{information}/RECORD,,", ""])
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for member, text in members.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return wheel


def _recorded(member: str, text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{member},sha256={digest},{len(text.encode())}"


def install(wheel: Path, site: Path) -> None:
    """Lay a wheel into a site-packages folder."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)


def write_index(wheels: Path, folder: Path) -> None:
    """Lay the wheels of a folder out as a static package index (PEP 503)."""
    for wheel in wheels.glob("*.whl"):
        name = wheel.name.partition("-")[0].lower().replace("_", "-")
        page = folder / "simple" / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        copy = folder / "files" / wheel.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(wheel.read_bytes())
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        with open(page, "a") as stream:
            stream.write(f'<a href="../../files/{wheel.name}#sha256={digest}">{wheel.name}</a>\n')


@dataclass
class Laptop:
    """A folder with a program, packages that are installed for it, and wheels that uv can find."""

    folder: Path
    settings: dict[str, object]
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def wheels(self) -> Path:
        return self.folder / "wheels"

    @property
    def site(self) -> Path:
        return self.folder / "site-packages"

    def can_have(self, name: str, version: str, **words: object) -> None:
        """There is a wheel, which is not installed here."""
        make_wheel(self.wheels, name, version, **words)  # type: ignore[arg-type]

    def has(self, name: str, version: str, *others: str, **words: object) -> None:
        """Install ``version`` here; it and the ``others`` are to be had."""
        for one in (version, *others):
            wheel = make_wheel(self.wheels, name, one, **words)  # type: ignore[arg-type]
            if one == version:
                install(wheel, self.site)

    def start(self, text: str, **settings: object) -> subprocess.Popen[str]:
        """Start a program; ``configure(..)`` and ``cluster`` are there."""
        program = self.folder / "program.py"
        words = ", ".join(f"{name}={value!r}" for name, value in {**self.settings, **settings}.items())
        lines = text.splitlines()
        block = [line for line in lines if line.startswith("# ")]
        rest = [line for line in lines if not line.startswith("# ")]
        head = ["from clustrix import cluster, configure", f"configure({words})"]
        # Beside, then renamed: a program that was started before this one may not have been read yet.
        beside = program.with_suffix(".part")
        beside.write_text("\n".join([*block, *head, *rest, ""]))
        beside.replace(program)
        # Where uv would look for packages is this folder only: nothing leaves this machine.
        variables = {
            **os.environ,
            "PYTHONPATH": str(self.site),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "UV_CACHE_DIR": str(self.folder / "cache" / "uv"),
            "UV_FIND_LINKS": str(self.wheels),
            "UV_NO_INDEX": "1",
            **self.variables,
        }
        self.wheels.mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, str(program)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={name: value for name, value in variables.items() if value},
            cwd=self.folder,
        )

    def run(self, text: str, **settings: object) -> Ran:
        """Run a program to its end."""
        process = self.start(text, **settings)
        out, err = process.communicate(timeout=100)
        return Ran(process.returncode, out.strip(), err)


@dataclass
class Ran:
    """What a program printed, and how it ended."""

    status: int
    out: str
    err: str


def ended(processes: Sequence[subprocess.Popen[str]], seconds: float = 110) -> list[Ran]:
    """Wait for programs; AssertionError with all that they said unless each of them printed something."""
    told = [process.communicate(timeout=seconds) for process in processes]
    ran = [Ran(process.returncode, out.strip(), err) for process, (out, err) in zip(processes, told, strict=True)]
    if not all(one.out and one.status == 0 for one in ran):
        raise AssertionError("\n".join(f"-- exit {one.status}: {one.out!r}\n{one.err}" for one in ran))
    return ran
