"""The cluster as a whole: built, booted, made whole again, and taken away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from testbed import clock, faults, gridengine, slurm, ssh, torque, users
from testbed.cgroups import Cgroups
from testbed.core import Core
from testbed.network import Network
from testbed.node import SSHD, Node
from testbed.pythons import NodePython
from testbed.site import Site


@dataclass(frozen=True)
class Cluster:
    """All machines and wires of one site. What it knows it reads from the running system; it keeps no state itself."""

    site: Site

    @property
    def core(self) -> Core:
        return Core(self.site)

    @property
    def network(self) -> Network:
        return Network(self.site, self.core)

    @property
    def cgroups(self) -> Cgroups:
        return Cgroups.choose(self.site.options.cgroup, self.site.id)

    @property
    def nodes(self) -> list[Node]:
        """All machines, the login node last: it takes longest to start, and the others need not wait for it."""
        return [self.node(host.name) for host in reversed(self.site.hosts)]

    def node(self, name: str) -> Node:
        return Node(self.site, self.core, self.site.host(name))

    @property
    def ready_mark(self) -> Path:
        """Written last: what a `build` that failed has left behind can be looked into, but is not used."""
        return self.site.run / "options.json"

    @property
    def is_up(self) -> bool:
        return self.site.pid_file("core").pid() is not None and self.ready_mark.exists()

    def build(self) -> None:
        """Make everything and wait until Slurm takes jobs."""
        options = self.site.options
        for python in filter(None, (options.python, options.python_compute)):
            NodePython.parse(python, Path(options.pythons))  # a wrong one is told before anything is made
        for name in ("pids", "log", "fs"):
            (self.site.run / name).mkdir(parents=True)
        ssh.write_laptop_files(self.site)
        self.core.start()
        self.network.build()
        self.make_homes()
        self.make_disks()
        self.boot(self.nodes)
        self.wait_ready()
        self.ready_mark.write_text(options.to_json())

    def make_homes(self) -> None:
        key = (self.site.ssh / "id_ed25519.pub").read_text()
        for user in users.USERS:
            users.make_home(self.core.view(self.site.fs / "home" / user.name), user, key)

    def make_disks(self) -> None:
        munge_key, cgroups = os.urandom(1024), self.cgroups
        password = (self.site.ssh / "bob.password").read_text().strip()
        for node in self.nodes:
            node.disk.make(munge_key, password)
            slurm.write_config(self.site, cgroups, node.host, node.disk.root)
            if self.site.options.sge:
                gridengine.write_config(self.site, node.disk.root)
            if self.site.options.torque:
                torque.install(node.disk.root)

    def boot(self, nodes: Sequence[Node]) -> None:
        """Switch nodes on, all at once, and start their daemons."""
        for node in nodes:
            node.switch_on(self.cgroups)
        for node in nodes:
            node.finish_boot(self.network)
        for node in nodes:
            slurm.start(node)
        if self.site.options.sge:
            # Its master first: it is started last of Slurm's, and the others ask for it.
            for node in reversed(nodes):
                gridengine.start(node)

    def wait_ready(self) -> None:
        """Wait until all schedulers take jobs."""
        slurm.wait_ready(self.node("login"))
        if self.site.options.sge:
            gridengine.wait_ready(self.node("login"))

    def heal(self) -> None:
        """Undo every fault and wait until Slurm takes jobs."""
        self.network.mend()
        if self.site.pid_file("relay").pid() is not None:
            self.network.delay(0)
        self.boot([node for node in self.nodes if not node.is_on])
        for node in self.nodes:
            for service in (slurm.SLURMCTLD, slurm.slurmd(node.host), SSHD):
                if node.runs(service):
                    node.signal(service, "CONT")
            slurm.start(node)
            node.disk.install_python()
            if node.host.is_compute:
                clock.skew(node, 0)
            faults.unlag(node)
        faults.configure_sshd(self.node("login"), ())
        for place in faults.PLACES:
            faults.unfill(self.node("login"), place)
        self.core.renew_small()
        slurm.resume_drained(self.node("login"))
        self.wait_ready()

    def tear_down(self) -> None:
        """Kill process 1 of each node, and the core: the kernel ends and removes the rest."""
        # By the files that are there, not by the options: they may be others than at the time of `build`.
        for file in sorted((self.site.run / "pids").glob("*")):
            if file.suffix != ".announced" and file.name != "core":
                self.site.pid_file(file.name).kill()
        self.network.unbuild()
        self.site.pid_file("core").kill()
        if self.site.run.exists():
            Cgroups.choose("auto", self.site.id).remove()
            shutil.rmtree(self.site.run)
