"""One machine of the cluster: switching it on and off, and doing things on it as its root or as a user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from testbed import users
from testbed.cgroups import Cgroups
from testbed.core import Core
from testbed.disk import Disk
from testbed.network import Network
from testbed.processes import Completed, PidFile, TestbedError, run, spawn, wait_until
from testbed.site import CONF, Host, Site

Words = tuple[str | Path, ...]
NAMESPACES = ("--pid", "--mount", "--propagation=slave", "--net", "--uts", "--ipc")


@dataclass(frozen=True)
class Service:
    """A daemon of a node: how it is started and where it leaves its pid."""

    name: str
    command: tuple[str, ...]
    pid_file: str
    port: int = 0


SSHD = Service("sshd", ("/usr/sbin/sshd", "-f", "/etc/ssh/testbed_sshd_config"), "/run/sshd.pid", 22)
# munged wants to be started by its own user.
AS_MUNGE = ("setpriv", "--reuid=munge", "--regid=munge", "--init-groups")
MUNGED = Service("munged", (*AS_MUNGE, "munged"), "/run/munge/munged.pid")


@dataclass(frozen=True)
class Node:
    """One machine."""

    site: Site
    core: Core
    host: Host

    @property
    def pid_file(self) -> PidFile:
        return self.site.pid_file(self.host.name)

    @property
    def disk(self) -> Disk:
        return Disk(self.site, self.core, self.host)

    @property
    def is_on(self) -> bool:
        return self.pid_file.pid() is not None

    @property
    def pid(self) -> int:
        """Its process 1, as the laptop counts."""
        pid = self.pid_file.pid() or 0
        if not pid and self.core.pid:  # where there is no core, its own error says more
            name = self.host.name
            raise TestbedError(f"node {name} is off; start it: python3 -m testbed start-node {name}")
        return pid

    def switch_on(self, cgroups: Cgroups) -> None:
        """Begin to boot; `finish_boot` waits for the end."""
        # An uptime of its own, from zero, is what makes slurmctld see that a node was rebooted.
        uptime = Path("/proc/uptime").read_text().split(".")[0]
        clock = ["--time", "--boottime", f"-{uptime}"] if Path("/proc/self/ns/time").exists() else []
        enter = ("nsenter", "--target", str(self.core.pid), "--mount", "--")
        apart = ("unshare", "--fork", *NAMESPACES, *clock)
        shared: Words = (self.site.fs, self.site.options.pythons, *cgroups.of_node(self.host.name))
        own: Words = (self.disk.folder / "root", self.host.fqdn, self.pid_file.announcement)
        spawn((*enter, *apart, "bash", CONF / "node-init.sh", *own, *shared), self.site.log / f"{self.host.name}.log")

    def finish_boot(self, network: Network) -> None:
        """Plug in the cables and wait until the disk is in place: process 1 is tini then. One that cannot boot is off."""
        pid = self.pid_file.adopt()
        try:
            network.plug(self.host, pid)
            self._wait_for_disk(pid)
        except TestbedError:
            self.switch_off()
            raise

    def _wait_for_disk(self, pid: int) -> None:
        comm = Path(f"/proc/{pid}/comm")
        log = self.site.log / f"{self.host.name}.log"

        def settled() -> bool:
            return not self.is_on or comm.read_text() == "tini\n"

        wait_until(settled, 20, f"{self.host.name} did not boot", f"see {log}")
        if not self.is_on:
            raise TestbedError(f"node {self.host.name} died while booting:\n{log.read_text().strip()}")

    def switch_off(self) -> None:
        """As if somebody had pulled the plug: the kernel ends every process of the node at once."""
        self.pid_file.kill()

    def entry(self, user: str = "") -> list[str]:
        """The words before a command that make it run here, as root or as a user."""
        # --all includes the pid namespace: a daemon started here must end with the node.
        words = ["nsenter", "--target", str(self.pid), "--all", "--"]
        if user:
            words += ["setpriv", f"--reuid={user}", f"--regid={users.GROUP}", "--init-groups", "--reset-env", "--"]
            words += ["env", f"--chdir=/home/{user}"]
        return words

    def exec(
        self,
        command: Sequence[str],
        *,
        user: str = "",
        input: str | None = None,
        check: bool = True,
        timeout: float = 60,
    ) -> Completed:
        """Run a program on the node and give what it printed."""
        return run(*self.entry(user), *command, input=input, check=check, timeout=timeout)

    def path(self, path: str) -> Path:
        """A file of the running node, memory file systems included, as the laptop's root reaches it."""
        return Path(f"/proc/{self.pid}/root") / path.lstrip("/")

    def listens(self, port: int) -> bool:
        """Whether somebody on the node accepts connections on that port; it costs no connection to see."""
        listening, wanted = "0A", f":{port:04X}"
        tables = [Path(f"/proc/{self.pid}/net/{name}") for name in ("tcp", "tcp6")]
        rows = [row.split() for table in tables if table.exists() for row in table.read_text().splitlines()[1:]]
        return any(row[1].endswith(wanted) and row[3] == listening for row in rows)

    # ---- daemons

    def start(self, service: Service) -> None:
        """Start a daemon and wait until it answers; one that runs already is left alone."""
        if self.runs(service):
            return
        self.exec(service.command)
        if service.port:
            self.wait_for_port(service.port, service.name)

    def start_all(self, services: Iterable[Service]) -> None:
        for service in services:
            self.start(service)

    def wait_for_port(self, port: int, name: str) -> None:
        hint = f"python3 -m testbed exec {self.host.name} tail /var/log/slurm/{name}.log"
        try:
            wait_until(
                lambda: self.listens(port), 30, f"{name} on {self.host.name} does not listen on port {port}", hint
            )
        except TestbedError as error:
            # A test's cluster goes with the test, and its logs with it.
            log = self.path(f"var/log/slurm/{name}.log")
            raise TestbedError(f"{error}\n{log.read_text()[-2000:] if log.exists() else ''}") from None

    def service_pid(self, service: Service) -> int:
        """The daemon's pid as its node counts, 0 if it never ran."""
        try:
            return int(self.path(service.pid_file).read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def runs(self, service: Service) -> bool:
        try:
            return self.path(f"proc/{self.service_pid(service)}/comm").read_text().strip() == service.name
        except (FileNotFoundError, ProcessLookupError):  # the latter of one that ends while it is looked at
            return False

    def signal(self, service: Service, name: str) -> None:
        """Send a signal to a daemon. The pid is the node's own, so nothing outside of the node can be hit."""
        pid = self.service_pid(service)
        if not self.runs(service):
            raise TestbedError(f"{service.name} does not run on {self.host.name}")
        self.exec(["kill", f"-{name}", str(pid)])

    def stop(self, service: Service) -> None:
        """Ask a daemon to end, and wait for it."""
        if self.runs(service):
            self.signal(service, "CONT")  # one that is paused would not hear the other
            self.signal(service, "TERM")
            wait_until(lambda: not self.runs(service), 20, f"{service.name} on {self.host.name} does not stop")

    def shell(self, text: str, *words: str) -> Completed:
        """Run a line of shell on the node as root; the words are its $1, $2 ..."""
        return self.exec(["sh", "-ec", text, "sh", *words])
