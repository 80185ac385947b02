"""An unpacked container image with nothing in it but Debian's own Python and what that needs to run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

PYTHON = Path("/usr/bin/python3")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "test", "idlelib", "ensurepip", "lib2to3", "config-*", "pydoc_data")
_MOUNT_POINTS = ("dev", "proc", "sys", "tmp", "etc", "home", "run", "var", "mnt", "scratch")


def make_image(root: Path) -> None:
    """Lay it out below ``root`` (44 MB)."""
    python = PYTHON.resolve()
    library = Path("/usr/lib", python.name)
    shutil.copytree(library, root / "usr/lib" / python.name, ignore=_LEFT_OUT)
    for path in _libraries([python, *library.glob("lib-dynload/*.so")]):
        _copy(path, root)
    _copy(python, root)
    (root / "usr/bin/python3").symlink_to(python.name)
    for name in _MOUNT_POINTS:
        (root / name).mkdir(exist_ok=True)
    for name in ("passwd", "group", "hosts", "resolv.conf", "nsswitch.conf"):
        (root / "etc" / name).touch()


def _libraries(binaries: list[Path]) -> set[Path]:
    told = subprocess.run(["ldd", *binaries], capture_output=True, text=True, check=True).stdout
    return {Path(path) for path in re.findall(r"(/\S+) \(0x", told)}


def _copy(path: Path, root: Path) -> None:
    target = root / path.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    target.chmod(0o755)
