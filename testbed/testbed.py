"""What a test holds in its hands: one class with all that can be asked of a testbed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from testbed import clock, faults, gridengine, packages, slurm, torque
from testbed.cluster import Cluster
from testbed.node import SSHD, Node
from testbed.options import Options
from testbed.processes import Completed, TestbedError, exclusively, run
from testbed.site import CACHE, Host, Site, chosen_id


class Testbed:
    """A small real cluster in namespaces of this machine.

    ::

        with Testbed(python="3.6") as testbed:
            testbed.ssh("hpc", "sbatch --wrap hostname")
            testbed.kill_node("s17")

    One that is already up is used as it is (healed), and `with` then leaves it up.
    """

    __test__ = False  # pytest: not a class of tests

    def __init__(self, id: int | None = None, **choices: Any) -> None:
        """`choices` are the fields of `Options`; what is not given comes from CLUSTRIX_TESTBED_*, then the defaults."""
        number = chosen_id(os.environ) if id is None else id
        self._cluster = Cluster(Site(number, Options.chosen(os.environ, **choices)))
        self.started_here = False

    @classmethod
    def running(cls, id: int | None = None) -> Testbed:
        """The testbed that is up under this id, with the options that it was started with."""
        number = chosen_id(os.environ) if id is None else id
        mark = Cluster(Site(number, Options())).ready_mark
        return cls(number, **Options.from_json(mark.read_text()).to_dict()) if mark.exists() else cls(number)

    # ---- life

    def __enter__(self) -> Testbed:
        self.started_here = not self.is_up
        try:
            self.up()
        except BaseException:
            if self.started_here:
                self.down()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.started_here:
            self.down()

    @staticmethod
    def unavailable_reason() -> str | None:
        """Why no testbed can run on this machine, in one line; None when one can."""
        return packages.unavailable_reason()

    def up(self) -> None:
        """Bring the cluster up and wait until it takes jobs; if it is up already, undo all faults."""
        if reason := self.unavailable_reason():
            raise TestbedError(reason)
        with self._alone():
            if self.is_up:
                self._refuse_other_options()
                self._cluster.heal()
                return
            self.install_packages()
            self._cluster.tear_down()
            self._cluster.build()

    def down(self, *, everything: bool = False) -> None:
        """End the cluster.

        What remains is a pair of routes that keep late packets on this machine, and the copy of the accounting
        database; `everything` removes these, too.
        """
        with self._alone():
            self._cluster.tear_down()
            if everything:
                self._cluster.network.unguard()
                shutil.rmtree(CACHE, ignore_errors=True)

    @staticmethod
    def install_packages() -> None:
        """Install what is missing of the packages that clusters are made of, with any options; one process at a time.

        All at once and before anything is mounted: installing changes the layer that lies below the nodes' disks, those
        of other clusters too.
        """
        wanted = packages.PACKAGES + gridengine.PACKAGES + torque.PACKAGES
        if packages.missing(wanted) or not torque.FILES.exists():
            with exclusively("clustrix-testbed-packages", limit=packages.LOCK_SECONDS):
                if missing := packages.missing(wanted):
                    packages.install(missing)
                if not torque.FILES.exists():
                    packages.unpack(torque.PACKAGE, torque.FILES)

    def heal(self) -> None:
        """Undo every fault and wait until the cluster takes jobs."""
        with self._alone():
            self._cluster.heal()

    def _alone(self) -> AbstractContextManager[None]:
        return exclusively(f"clustrix-testbed{self.id}")

    def _refuse_other_options(self) -> None:
        running = Options.from_json(self._cluster.ready_mark.read_text())
        if running != self.options:
            ours, theirs = self.options.to_dict(), running.to_dict()
            differ = ", ".join(
                f"{name} is {theirs[name]!r}, not {ours[name]!r}" for name in ours if ours[name] != theirs[name]
            )
            raise TestbedError(f"testbed {self.id} is up, but {differ}; take it down first, or use another id")

    # ---- what there is

    @property
    def id(self) -> int:
        return self._cluster.site.id

    @property
    def options(self) -> Options:
        return self._cluster.site.options

    @property
    def is_up(self) -> bool:
        return self._cluster.is_up

    @property
    def run_folder(self) -> Path:
        """The folder of this testbed on the laptop; the nodes' boot logs are in its log/."""
        return self._cluster.site.run

    @property
    def interface(self) -> str:
        """The laptop's network interface towards the cluster."""
        return self._cluster.site.laptop_interface

    @property
    def ssh_config(self) -> Path:
        """The file to give to `ssh -F`; README.md lists its aliases."""
        return self._cluster.site.ssh / "config"

    @property
    def key_file(self) -> Path:
        """The private key that every user but bob and eve has accepted."""
        return self._cluster.site.ssh / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self._cluster.site.ssh / "known_hosts"

    def password(self, user: str = "bob") -> str:
        """The password of the only user who has one."""
        return (self._cluster.site.ssh / f"{user}.password").read_text().strip()

    @property
    def login_address(self) -> str:
        """The login node's address in the laptop's network."""
        return self._cluster.site.login.campus

    @property
    def hosts(self) -> tuple[Host, ...]:
        return self._cluster.site.hosts

    @property
    def cgroups(self) -> tuple[Path, ...]:
        """The folders that hold the jobs. Empty: a job over its memory ends as FAILED, not as OUT_OF_MEMORY."""
        return tuple(folder for _, folder in self._cluster.cgroups.folders)

    def node(self, name: str) -> Node:
        """One machine of the cluster."""
        return self._cluster.node(name)

    # ---- doing things there

    def exec(
        self,
        node: str,
        command: Sequence[str],
        *,
        user: str = "",
        input: str | None = None,
        check: bool = True,
        timeout: float = 60,
    ) -> Completed:
        """Run a program on a node, as root or as a user, past ssh: it works while the network is cut."""
        return self.node(node).exec(command, user=user, input=input, check=check, timeout=timeout)

    def ssh_command(self, host: str = "hpc", *words: str) -> list[str]:
        """The command line that reaches the cluster from the laptop."""
        return ["ssh", "-F", str(self.ssh_config), host, *words]

    def ssh(self, host: str, *words: str, check: bool = True, timeout: float = 60) -> Completed:
        """Run a command by ssh, as the laptop's user would."""
        return run(*self.ssh_command(host, *words), check=check, timeout=timeout)

    def path(self, node: str, path: str) -> Path:
        """A file of a node, shared ones included, for a test that prepares or inspects it as root."""
        return self.node(node).path(path)

    def set_python(self, node: str, python: str) -> None:
        """Change a node's Python at once: `3.6`, `system`, `none`, `versioned:3.9`, `platform:3.6` ..."""
        self.node(node).disk.install_python(python)

    # ---- faults, and their ends

    def kill_node(self, name: str) -> None:
        """Pull the plug of a node."""
        with self._alone():
            self.node(name).switch_off()

    def start_node(self, name: str) -> None:
        """Switch a node on again; its disk is as it was."""
        with self._alone():
            if not self.node(name).is_on:
                self._cluster.boot([self.node(name)])

    def slurmd(self, name: str, action: str) -> None:
        """Start, stop, restart, pause or resume a compute node's daemon; its jobs live on."""
        node = self.node(name)
        faults.control(node, slurm.slurmd(node.host), action)

    def slurmctld(self, action: str) -> None:
        """Start, stop, restart, pause or resume the scheduler."""
        faults.control(self.node("login"), slurm.SLURMCTLD, action)

    def pause_slurmctld(self) -> None:
        """Let the scheduler accept connections and never answer."""
        self.slurmctld("pause")

    def resume_slurmctld(self) -> None:
        self.slurmctld("resume")

    def stop_slurmctld(self) -> None:
        self.slurmctld("stop")

    def start_slurmctld(self) -> None:
        self.slurmctld("start")

    def keep_slurmctld(self) -> None:
        """Keep a copy of what the scheduler knows now."""
        faults.keep_state(self.node("login"))

    def set_slurmctld_back(self) -> None:
        """Restart the scheduler with what it knew when that was kept: it has forgotten all that happened since."""
        faults.set_back(self.node("login"))

    def sshd(self, action: str) -> None:
        """Start, stop, restart, pause or resume the login node's sshd; open sessions live on."""
        faults.control(self.node("login"), SSHD, action)

    def configure_sshd(self, *lines: str) -> None:
        """Add lines to the configuration of the login node's sshd, for new sessions; none: as it was."""
        faults.configure_sshd(self.node("login"), lines)

    def skew(self, node: str, seconds: float) -> None:
        """Set the clock of a node ahead, or behind, for all that is started there from now on; 0 sets it right."""
        clock.skew(self.node(node), seconds)

    def lag(self, node: str, folder: str, seconds: float, quota_bytes: int = 0) -> None:
        """Let a node see late what others do in a folder, as over NFS; with a quota for what it writes there."""
        faults.lag(self.node(node), folder, seconds, quota_bytes)

    def drop_sessions(self, node: str = "login") -> None:
        """Kill every open ssh session on a node."""
        faults.drop_sessions(self.node(node))

    def cut(self, how: str = "silent") -> None:
        """Cut the laptop off: `silent`, packets vanish; `link`, the laptop sees its cable unplugged."""
        self._cluster.network.cut(how)

    def mend(self) -> None:
        """End a cut."""
        self._cluster.network.mend()

    def latency(self, seconds: float, lost: float = 0.0) -> None:
        """Add a round-trip time between laptop and cluster, and lose a fraction of the frames; 0 ends it."""
        with self._alone():
            self._cluster.network.delay(seconds, lost)

    def fill(self, place: str) -> None:
        """Fill a shared file system: `small` (/scratch/small, 20 MB), `scratch` or `home`."""
        faults.fill(self.node("login"), place)

    def unfill(self, place: str) -> None:
        """Give the space back."""
        faults.unfill(self.node("login"), place)

    def renew_small(self, size: str = "20m", inodes: int = 0) -> None:
        """Put an empty disk of this size in the place of /scratch/small; `inodes` limits how many files it takes."""
        self._cluster.core.renew_small(size, inodes)
