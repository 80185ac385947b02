"""The Pythons of the nodes: what /opt/python holds, and which of them is on PATH under which name."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from testbed.processes import TestbedError

SPELLINGS = ("python3", "versioned", "platform")
DEFAULT = "3.9"
#: Where Debian's own Python lies that is on no PATH, only behind the module `python/site`. Below /usr it finds its library.
HIDDEN = "/usr/lib/site-python/own"


@dataclass(frozen=True)
class NodePython:
    """One Python as a user of a node meets it.

    `source` is a folder of the pythons, "system" or "none". Spelled `python3` it is on PATH under the usual name;
    `versioned` only as python3.9 and the like; `platform` only as /usr/libexec/platform-python.
    """

    source: str
    spelling: str = "python3"

    @classmethod
    def parse(cls, text: str, pythons: Path) -> NodePython:
        """Read `3.9`, `3.9.18`, `system`, `none`, `versioned:3.9` or `platform:3.6.15`; `auto` takes what is there."""
        versions = available(pythons)
        if text == "auto":
            text = DEFAULT if any(v.startswith(DEFAULT + ".") for v in versions) else "system"
        spelling, _, wanted = text.rpartition(":")
        fitting = [v for v in versions if v == wanted or v.startswith(wanted + ".")]
        source = wanted if wanted in ("system", "none") else fitting[-1] if fitting else None
        if source is None or (spelling or "python3") not in SPELLINGS:
            there = ", ".join(["system", "none", *versions])
            raise TestbedError(f"python {text!r} is not in {pythons}; there are {there} (or versioned:X, platform:X)")
        return cls(source, spelling or "python3")

    def install(self, root: Path) -> None:
        """Make this the only Python on a node's PATH. `root` is its disk; the nodes' logins see it at once."""
        for there in [*root.glob("usr/bin/python*"), *root.glob("usr/bin/pip*"), root / "usr/libexec/platform-python"]:
            there.unlink(missing_ok=True)
        if self.source == "none":
            return
        if self.source == "system":
            own = Path("/usr/bin/python3").resolve(strict=True)
            program, minor = f"/usr/lib/system-{own.name}", own.name.removeprefix("python")
            # Below /usr it still finds its library. In /usr/bin it would be there under its versioned name, too.
            shutil.copy2(own, root / program[1:])
        else:
            program, minor = f"/opt/python/{self.source}/bin/python3", self.source.rpartition(".")[0]
        (root / "usr/libexec").mkdir(exist_ok=True)
        names = {
            "python3": ("usr/bin/python3", f"usr/bin/python{minor}"),
            "versioned": (f"usr/bin/python{minor}",),
            "platform": ("usr/libexec/platform-python",),
        }
        for name in names[self.spelling]:
            (root / name).symlink_to(program)


def available(pythons: Path) -> list[str]:
    """The versions in that folder, oldest first."""
    found = [p.parents[1].name for p in pythons.glob("*/bin/python3") if p.parents[1].name[0] == "3"]
    return sorted(found, key=lambda version: [int(part) if part.isdigit() else 0 for part in version.split(".")])


def write_modules(root: Path, pythons: Path) -> None:
    """Make `module load python/3.9` work: one module file per version and one per minor version, and `python/site`."""
    folder = root / "opt/modulefiles/python"
    folder.mkdir(parents=True)
    for version in available(pythons):
        text = f'whatis("Python {version}")\nprepend_path("PATH", "/opt/python/{version}/bin")\n'
        for name in (version, version.rpartition(".")[0]):
            (folder / f"{name}.lua").write_text(text)
    own = Path("/usr/bin/python3").resolve(strict=True)
    hidden = root / HIDDEN[1:] / "bin"
    hidden.mkdir(parents=True)
    shutil.copy2(own, hidden / own.name)
    (hidden / "python3").symlink_to(own.name)
    (folder / "site.lua").write_text(f'prepend_path("PATH", "{HIDDEN}/bin")\nsetenv("SITE_PYTHON", "loaded")\n')
    (root / "etc/lmod/modulespath").write_text("/opt/modulefiles\n")
