"""The Debian packages that the cluster is made of."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from testbed.processes import TestbedError, run

PACKAGES = (
    "slurm-wlm", "slurmdbd", "munge", "mariadb-server",
    "openssh-server", "openssh-client", "sshpass",
    "lmod", "tcsh", "tini", "ethtool", "iproute2", "util-linux", "procps",
)  # fmt: skip
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
    noninteractive = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with no_daemon_starts():
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
            done = subprocess.run(
                ["apt-get", "--quiet=2", *words], env=noninteractive, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise TestbedError(
                    f"apt-get {words[0]} failed while installing {' '.join(names)}:\n{done.stderr.strip()}"
                )


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
