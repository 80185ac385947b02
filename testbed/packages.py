"""The Debian packages that the cluster is made of."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from testbed.processes import TestbedError, run, wait_until

PACKAGES = (
    "slurm-wlm", "slurmdbd", "munge", "mariadb-server",
    "openssh-server", "openssh-client", "sshpass",
    "charliecloud", "podman", "crun", "uidmap",
    "lmod", "tcsh", "libfaketime", "python3-fuse", "tini", "ethtool", "iproute2", "util-linux", "procps",
)  # fmt: skip
#: How long another program may go on installing.
LOCK_SECONDS = 600
POLICY = Path("/usr/sbin/policy-rc.d")
DPKG_STATUS = Path("/var/lib/dpkg/status")


def missing(wanted: Iterable[str] = PACKAGES) -> list[str]:
    """Those of the wanted packages that are not installed.

    Read from dpkg's own file: asking `dpkg-query` costs more than the rest of this check on a slow disk.
    """
    installed = set()
    for paragraph in DPKG_STATUS.read_text(errors="replace").split("\n\n"):
        if "\nStatus: install ok installed\n" in paragraph:
            installed.add(paragraph.split("\n", 1)[0].removeprefix("Package: "))
    return [name for name in wanted if name not in installed]


def install(names: Iterable[str]) -> None:
    """Install packages by apt, without one of their daemons being started on this machine."""
    with no_daemon_starts():
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", *names)


def unpack(name: str, folder: Path) -> None:
    """Lay the files of a package into a folder of their own: for one that another package does not suffer beside it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=f"{name}.") as place:
        _apt("update")
        _apt("--option", "APT::Sandbox::User=root", "download", name, cwd=place)
        (archive,) = Path(place).glob("*.deb")
        run("dpkg-deb", "--extract", archive, f"{place}/files")
        # Last, and at once: a folder that is there is whole.
        Path(place, "files").rename(folder)


def _apt(*words: str, cwd: str | None = None) -> None:
    """Run apt-get; while another one holds its locks, wait for that."""
    attempt = partial(_unless_locked, *words, cwd=cwd)
    done = wait_until(attempt, LOCK_SECONDS, "another program installs packages", every=1)
    if done.returncode:
        raise TestbedError(f"apt-get {' '.join(words)} failed:\n{done.stderr.strip()}")


def _unless_locked(*words: str, cwd: str | None) -> subprocess.CompletedProcess[str] | None:
    # Of its two locks apt waits for dpkg's only, and that since apt 1.9.11.
    command = ["apt-get", "--quiet=2", "--option", f"DPkg::Lock::Timeout={LOCK_SECONDS}", *words]
    noninteractive = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=noninteractive, cwd=cwd, capture_output=True, text=True, check=False)
    return None if done.returncode and "Could not get lock" in done.stderr else done


@contextmanager
def no_daemon_starts() -> Iterator[None]:
    """Have Debian's packages ask for permission to start their daemons, and refuse it.

    What an administrator (or a container image) had put in that place is put back.
    """
    kept = POLICY.with_suffix(".kept-by-testbed")
    if POLICY.exists():
        POLICY.rename(kept)
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
        if kept.exists():
            kept.rename(POLICY)


def unavailable_reason() -> str | None:
    """Why no testbed can run on this machine, in one line; None when one can."""
    if platform.system() != "Linux":
        return f"the testbed needs Linux namespaces; this is {platform.system()}"
    if os.geteuid() != 0:
        return "the testbed needs root (namespaces, bridges, overlay file systems)"
    if not DPKG_STATUS.exists() or not shutil.which("apt-get"):
        return "the testbed needs Debian or Ubuntu: it installs Slurm and sshd by apt-get"
    words = [
        "unshare",
        "--mount",
        "--net",
        "--pid",
        "--uts",
        "--ipc",
        "--fork",
        "mount",
        "-t",
        "tmpfs",
        "probe",
        "/tmp",
    ]
    probe = run(*words, check=False)
    if probe.returncode:
        return f"the testbed may not make namespaces here: {probe.stderr.strip().splitlines()[-1]}"
    return None
