"""Wheels on this machine: fetched once, by pip, for sending to clusters that cannot fetch them."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clustrix.environments import uv
from clustrix.environments.resolution import Wheel
from clustrix.errors import EnvironmentBuildError

if TYPE_CHECKING:
    from clustrix.environments.interpreters import Interpreter

#: The static builds of uv; glibc's run on every glibc since 2.17.
_UV_PLATFORMS = {
    "x86_64": "musllinux_1_1_x86_64",
    "aarch64": "musllinux_1_1_aarch64",
    "armv7l": "musllinux_1_1_armv7l",
    "ppc64le": "manylinux_2_17_ppc64le",
    "s390x": "manylinux_2_17_s390x",
}


def cache_folder(*names: str) -> Path:
    """A folder of our cache on this machine, made if need be."""
    import platformdirs

    folder = Path(platformdirs.user_cache_dir("clustrix"), *names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentBuildError(
            f"the cache folder {folder} cannot be made: {error.strerror}", hint="XDG_CACHE_HOME names another place"
        ) from None
    return folder


def path_of(wheel: Wheel) -> Path:
    """Where the wheel is, or will be, on this machine."""
    return Path(wheel.place) if wheel.is_local else cache_folder("wheels") / wheel.file


def fetch(wheels: Sequence[Wheel], interpreter: Interpreter) -> None:
    """Have these wheels on this machine. Raises EnvironmentBuildError if one cannot be had."""
    missing = [one for one in wheels if not path_of(one).exists()]
    if not missing:
        return
    tags = [_tags(one.file) for one in missing]
    arguments = ["--only-binary", ":all:", "--no-deps", "--require-hashes"]
    arguments += ["--python-version", ".".join(map(str, interpreter.version)), "--implementation", "cp"]
    for abi in sorted({abi for abis, _ in tags for abi in abis} | {"none"}):
        arguments += ["--abi", abi]
    for platform in sorted({platform for _, platforms in tags for platform in platforms}):
        arguments += ["--platform", platform]
    lines = "".join(f"{one.name}=={one.version} --hash=sha256:{one.sha256}\n" for one in missing)
    _download(arguments, lines)
    for one in missing:
        if not path_of(one).exists():
            raise EnvironmentBuildError(
                f"{one.file} was not among what pip fetched", hint="environment=None, or try again"
            )


def uv_wheel(machine: str, system: str) -> Path:
    """The wheel of a uv that runs there, of the version that is used here."""
    import importlib.metadata

    platform = _UV_PLATFORMS.get(machine) if system == "Linux" else None
    if platform is None:
        raise EnvironmentBuildError(
            f"there is no uv for {system} {machine}", hint="environment= the folder of an environment there"
        )
    version = importlib.metadata.version("uv")
    pattern = f"uv-{version}-*{platform}*.whl"
    found = list(cache_folder("wheels").glob(pattern))
    if not found:
        _download(["--only-binary", ":all:", "--no-deps", "--platform", platform], f"uv=={version}\n")
        found = list(cache_folder("wheels").glob(pattern))
    if not found:
        raise EnvironmentBuildError(
            f"uv {version} for {platform} could not be fetched", hint="is the package index reachable?"
        )
    return found[0]


def _tags(file: str) -> tuple[list[str], list[str]]:
    """``(abis, platforms)`` in a wheel's name."""
    parts = file.removesuffix(".whl").split("-")
    return parts[-2].split("."), parts[-1].split(".")


def _download(arguments: Sequence[str], requirements: str) -> None:
    """Have pip download into our cache: whole files only, so what was interrupted is fetched again."""
    target = cache_folder("wheels")
    with tempfile.TemporaryDirectory(prefix="clustrix-wheels-", dir=target.parent) as folder:
        listed = Path(folder, "wanted.txt")
        listed.write_text(requirements)
        command = [*_pip(), "download", "--quiet", "--disable-pip-version-check", "--no-input", "--dest", folder]
        try:
            done = subprocess.run(
                [*command, *arguments, "-r", str(listed)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=uv.DOWNLOAD_SECONDS,
                env=_with_index(),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EnvironmentBuildError(f"pip could not fetch wheels: {error}") from None
        if done.returncode != 0:
            said = re.findall(r"^ERROR: (.*)$", done.stderr, re.MULTILINE) or done.stderr.strip().splitlines()[-3:]
            raise EnvironmentBuildError(
                f"pip could not fetch wheels: {'; '.join(said)[:1000]}",
                hint="is the package index reachable from here?",
            )
        for wheel in Path(folder).glob("*.whl"):
            os.replace(wheel, target / wheel.name)


def _pip() -> list[str]:
    """A pip: this Python's, or one that uv lends (uv has no download command)."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    return [uv.local_uv(), "tool", "run", "--from", "pip", "pip"]


def _with_index() -> dict[str, str]:
    """The variables by which pip looks where uv looked."""
    variables = dict(os.environ)
    index = variables.get("UV_DEFAULT_INDEX") or variables.get("UV_INDEX_URL")
    if index:
        variables["PIP_INDEX_URL"] = index
    return variables
