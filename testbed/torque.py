"""Torque's commands over Slurm: what Slurm's own authors wrote for people who come from PBS.

Debian has them in a package that may not be installed beside Grid Engine, as both have a `qsub`. So its files lie in a
folder of their own, which `module load torque` puts first on PATH.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from testbed.site import CACHE

#: What the commands need of Perl.
PACKAGES = ("libslurm-perl", "libslurmdb-perl")
PACKAGE = "slurm-wlm-torque"
#: Where its files are on this machine.
FILES = CACHE / "torque"
FOLDER = "/opt/torque/bin"


def install(root: Path) -> None:
    """Put the commands on the disk of one host, and the module that finds them."""
    folder = root / FOLDER[1:]
    shutil.copytree(FILES / "usr/bin", folder)
    # qsub runs the sbatch that lies beside it.
    for name in ("sbatch", "salloc", "srun"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    (root / "opt/modulefiles/torque.lua").write_text(f'prepend_path("PATH", "{FOLDER}")\n')
