"""A wheel out of what is installed here, for distributions that no index has: from a repository, a folder, an sdist.

Only of pure Python: what was compiled here would not run there.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import zipfile
from pathlib import Path, PurePosixPath

from clustrix.environments.wheels import cache_folder
from clustrix.errors import EnvironmentBuildError
from clustrix.requirements import Installed

#: What an installer adds to the folder of a distribution.
_INSTALLERS_OWN = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


def is_from_elsewhere(installed: Installed) -> bool:
    """Whether it was installed from a repository, a folder or a file (PEP 610), not by its name from an index."""
    try:
        told = json.loads(Path(installed.information, "direct_url.json").read_text(encoding="utf-8"))
        url = str(told["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    # conda leaves the folders in which its packages were built: those are index packages to us.
    return "vcs_info" in told or not url.startswith("file:") or Path(url.removeprefix("file://")).exists()


def pack(installed: Installed) -> Path:
    """The wheel; the same content gives the same file. Raises EnvironmentBuildError for what is not pure Python."""
    information = Path(installed.information)
    tags = _tags(information, installed)
    files = _files(installed)
    name = f"{re.sub(r'[-_.]+', '_', installed.name)}-{installed.version}-{tags}.whl"
    digest = hashlib.sha256()
    for member, path in files:
        digest.update(member.encode() + b"\0" + path.read_bytes())
    # A folder for each content, so that another of the same version has another place.
    wheel = cache_folder("local", digest.hexdigest()[:16]) / name
    if not wheel.exists():
        _write(wheel, information.name, files)
    return wheel


def _tags(information: Path, installed: Installed) -> str:
    try:
        text = (information / "WHEEL").read_text(encoding="utf-8")
    except OSError:
        text = ""
    tag = re.search(r"^Tag: (\S+)", text, re.MULTILINE)
    compiled = re.search(r"^([^,\n]+\.(?:so|pyd|dylib))[,\n]", installed.record, re.MULTILINE)
    if tag is None or compiled or not re.search(r"^Root-Is-Purelib: true", text, re.MULTILINE):
        what = f"it holds {compiled[1]}" if compiled else "it is not pure Python"
        raise EnvironmentBuildError(
            f"no index has {installed.name} {installed.version}, and the one installed here cannot be sent: {what}",
            where=installed.information,
            hint="install it on the cluster and name that environment: environment=",
        )
    # A pure wheel may say "py2-none-any" and "py3-none-any" in two lines.
    tags = re.findall(r"^Tag: (\S+?)-none-any", text, re.MULTILINE)
    return f"{'.'.join(tags)}-none-any" if tags else tag[1]


def _files(installed: Installed) -> list[tuple[str, Path]]:
    """What it consists of, by the names in a wheel; what lies outside of site-packages (scripts) is made anew there."""
    found = []
    for row in csv.reader(installed.record.strip().splitlines()):
        parts = PurePosixPath(row[0]).parts if row else ()
        is_own = len(parts) == 2 and parts[0].endswith(".dist-info") and parts[1] in _INSTALLERS_OWN
        if not parts or parts[0] in ("..", "/") or "__pycache__" in parts or is_own:
            continue
        path = Path(installed.folder, *parts)
        if path.is_file():
            found.append((str(PurePosixPath(*parts)), path))
    return sorted(found)


def _write(wheel: Path, information: str, files: list[tuple[str, Path]]) -> None:
    record = []
    temporary = wheel.with_suffix(".part")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, path in files:
            data = path.read_bytes()
            archive.writestr(_entry(member), data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{member},sha256={digest},{len(data)}\n")
        archive.writestr(_entry(f"{information}/RECORD"), "".join([*record, f"{information}/RECORD,,\n"]))
    temporary.replace(wheel)


def _entry(member: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry
