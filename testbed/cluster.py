"""A whole testbed: up, down, and everything that a test may want of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from testbed import faults, packages, slurm, ssh, users
from testbed.cgroups import Cgroups
from testbed.core import Core
from testbed.disk import Disk
from testbed.network import Network
from testbed.node import SSHD, Node
from testbed.options import PREFIX, Options
from testbed.processes import Completed, TestbedError, exclusively, run
from testbed.pythons import NodePython
from testbed.site import CACHE, Host, Site


class Testbed:
    """A small real cluster in namespaces of this machine.

    ::

        with Testbed(id=0, python="3.6") as cluster:
            subprocess.run(["ssh", "-F", cluster.ssh_config, "hpc", "sbatch --wrap hostname"])
            cluster.kill_node("s17")

    A testbed that is already up is used as it is, and is left up by `with`.
    """

    __test__ = False  # pytest: not a class of tests

    def __init__(self, id: int | None = None, **choices: Any) -> None:
        """`choices` are the fields of `Options`; what is not given comes from CLUSTRIX_TESTBED_* or the defaults."""
        number = int(os.environ.get(f"{PREFIX}ID", "0")) if id is None else id
        self._site = Site(number, Options.chosen(os.environ, **choices))
        self._started_here = False

    # ---- life

    def __enter__(self) -> Testbed:
        self._started_here = not self.is_up
        try:
            self.up()
        except BaseException:
            if self._started_here:
                self.down()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._started_here:
            self.down()

    @staticmethod
    def unavailable_reason() -> str | None:
        """Why no testbed can run on this machine, in one line; None when one can."""
        return packages.unavailable_reason()

    def up(self) -> None:
        """Bring the cluster up and wait until it takes jobs. If it is up already, undo all faults."""
        if reason := self.unavailable_reason():
            raise TestbedError(reason)
        with self._alone():
            if self.is_up:
                self._adopt_running()
                self.heal()
                return
            # Before anything is mounted: installing changes the layer that lies below the nodes' disks.
            if missing := packages.missing():
                packages.install(missing)
            self._tear_down()
            self._build()

    def down(self, *, everything: bool = False) -> None:
        """End the cluster.

        What remains is a pair of routes that keep late packets on this machine, and the copy of the accounting
        database; `everything` removes these, too.
        """
        with self._alone():
            self._tear_down()
            if everything:
                self._network.unguard()
                shutil.rmtree(CACHE, ignore_errors=True)

    def _alone(self) -> AbstractContextManager[None]:
        return exclusively(f"clustrix-testbed{self.id}")

    def _adopt_running(self) -> None:
        """Work with the options of the testbed that is there; refuse if others were asked for."""
        running = Options.from_json(self._ready_mark.read_text())
        if running != self._site.options:
            raise TestbedError(
                f"testbed {self.id} is up with other options: {running}\ntake it down first, or use another id"
            )

    def _build(self) -> None:
        site = self._site
        for name in ("pids", "log", "fs"):
            (site.run / name).mkdir(parents=True)
        options = site.options
        for text in filter(None, (options.python, options.python_compute)):
            NodePython.parse(text, Path(options.pythons))  # says now what would be wrong later
        ssh.write_laptop_files(site)
        self._core.start()
        self._network.build()
        self._make_homes()
        self._make_disks()
        self._boot([self.node(host.name) for host in site.hosts])
        slurm.wait_ready(self.node("login"))
        self._ready_mark.write_text(options.to_json())

    def _make_homes(self) -> None:
        key = self.key_file.with_suffix(".pub").read_text()
        for user in users.USERS:
            users.make_home(self._core.view(self._site.fs / "home" / user.name), user, key)

    def _make_disks(self) -> None:
        munge_key, cgroups = os.urandom(1024), self._cgroups
        for host in self._site.hosts:
            disk = Disk(self._site, self._core, host)
            disk.make(munge_key, self.password("bob"))
            slurm.write_config(self._site, cgroups, host, disk.root)

    def _boot(self, nodes: Sequence[Node]) -> None:
        """Switch nodes on, all at once, and start their daemons; the login node last, as it takes longest."""
        for node in nodes:
            node.switch_on(self._cgroups)
        for node in nodes:
            node.finish_boot(self._network)
        for node in nodes:
            slurm.start(node)

    def _tear_down(self) -> None:
        """Kill process 1 of each node, and the core: the kernel ends and removes the rest."""
        for file in sorted((self.run_folder / "pids").glob("*")):
            if file.suffix != ".announced" and file.name != "core":
                self._site.pid_file(file.name).kill()
        self._network.unbuild()
        self._site.pid_file("core").kill()
        if self.run_folder.exists():
            self._cgroups.remove()
            shutil.rmtree(self.run_folder)

    # ---- what there is

    @property
    def id(self) -> int:
        return self._site.id

    @property
    def options(self) -> Options:
        return self._site.options

    @property
    def is_up(self) -> bool:
        return self._site.pid_file("core").pid() is not None and self._ready_mark.exists()

    @property
    def _ready_mark(self) -> Path:
        """Written last by `up`: what an `up` that failed has left behind can be looked into, but is not used."""
        return self.run_folder / "options.json"

    @property
    def run_folder(self) -> Path:
        """The folder of this testbed on the laptop."""
        return self._site.run

    @property
    def ssh_config(self) -> Path:
        """The file to give to `ssh -F`; README.md lists its aliases."""
        return self._site.ssh / "config"

    @property
    def key_file(self) -> Path:
        """The private key that every user but bob and eve has accepted."""
        return self._site.ssh / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self._site.ssh / "known_hosts"

    @property
    def login_address(self) -> str:
        """The login node's address in the laptop's network."""
        return self._site.login.campus

    @property
    def hosts(self) -> tuple[Host, ...]:
        return self._site.hosts

    @property
    def has_cgroups(self) -> bool:
        """Whether a job over its memory ends as OUT_OF_MEMORY; else it ends as FAILED."""
        return bool(self._cgroups.folders)

    @property
    def _core(self) -> Core:
        return Core(self._site)

    @property
    def _network(self) -> Network:
        return Network(self._site, self._core)

    @property
    def _cgroups(self) -> Cgroups:
        return Cgroups.choose(self.options.cgroup, self.id)

    def node(self, name: str) -> Node:
        """One machine of the cluster."""
        return Node(self._site, self._core, self._site.host(name))

    def password(self, user: str) -> str:
        """The password of the user who has one: bob."""
        return (self._site.ssh / f"{user}.password").read_text().strip()

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
                self._boot([self.node(name)])

    def slurmd(self, name: str, action: str) -> None:
        """Start, stop, restart, pause or resume a compute node's daemon; its jobs live on."""
        node = self.node(name)
        faults.control(node, slurm.slurmd(node.host), action)

    def slurmctld(self, action: str) -> None:
        """Start, stop, restart, pause or resume the scheduler."""
        faults.control(self.node("login"), slurm.SLURMCTLD, action)

    def pause_slurmctld(self) -> None:
        self.slurmctld("pause")

    def resume_slurmctld(self) -> None:
        self.slurmctld("resume")

    def stop_slurmctld(self) -> None:
        self.slurmctld("stop")

    def start_slurmctld(self) -> None:
        self.slurmctld("start")

    def sshd(self, action: str) -> None:
        """Start, stop, restart, pause or resume the login node's sshd; open sessions live on."""
        faults.control(self.node("login"), SSHD, action)

    def drop_sessions(self, node: str = "login") -> None:
        """Kill every open ssh session on a node."""
        faults.drop_sessions(self.node(node))

    def cut(self, how: str = "silent") -> None:
        """Cut the laptop off: `silent`, packets vanish; `link`, the laptop sees its cable unplugged."""
        self._network.cut(how)

    def mend(self) -> None:
        """End a cut."""
        self._network.mend()

    def latency(self, seconds: float, lost: float = 0.0) -> None:
        """Add a round-trip time between laptop and cluster, and lose a fraction of the frames; 0 ends it."""
        with self._alone():
            self._network.delay(seconds, lost)

    def fill(self, place: str) -> None:
        """Fill a shared file system: `small` (/scratch/small, 20 MB), `scratch` or `home`."""
        faults.fill(self.node("login"), place)

    def unfill(self, place: str) -> None:
        faults.unfill(self.node("login"), place)

    def heal(self) -> None:
        """Undo every fault and wait until the cluster takes jobs."""
        self._network.mend()
        if self._site.pid_file("relay").pid() is not None:
            self._network.delay(0)
        nodes = [self.node(host.name) for host in self.hosts]
        self._boot([node for node in nodes if not node.is_on])
        for node in nodes:
            for service in (slurm.SLURMCTLD, slurm.slurmd(node.host), SSHD):
                if node.runs(service):
                    node.signal(service, "CONT")
            slurm.start(node)
            node.disk.install_python()
        for place in faults.PLACES:
            self.unfill(place)
        slurm.wait_ready(self.node("login"))
