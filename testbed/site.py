"""Names, addresses and folders of one testbed: all that follows from its id and its nodes' names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from testbed.options import PREFIX, Options
from testbed.processes import PidFile, TestbedError

CACHE = Path("/var/cache/clustrix-testbed")
CONF = Path(__file__).with_name("conf")
IDS = 10


def chosen_id(environ: Mapping[str, str]) -> int:
    """The id that the environment names."""
    text = environ.get(f"{PREFIX}ID", "0")
    if not text.isdigit() or int(text) >= IDS:
        raise TestbedError(f"{PREFIX}ID={text!r}: take 0 to {IDS - 1}")
    return int(text)


@dataclass(frozen=True)
class Host:
    """One machine of the cluster. `campus` is its address in the laptop's network; a compute node has none."""

    name: str
    fqdn: str
    fabric: str
    campus: str = ""
    campus_mac: str = ""

    @property
    def is_compute(self) -> bool:
        """Whether jobs run here."""
        return not self.campus


@dataclass(frozen=True)
class Site:
    """A testbed's place on this machine. Ids 0 to 9 share no address, interface or folder."""

    id: int
    options: Options

    def __post_init__(self) -> None:
        if self.id not in range(IDS):
            raise TestbedError(f"a testbed's id is 0 to {IDS - 1}, not {self.id}")

    @cached_property
    def run(self) -> Path:
        """The folder of everything that ends with `down`."""
        return Path(f"/run/clustrix-testbed{self.id}")

    @property
    def log(self) -> Path:
        return self.run / "log"

    @property
    def ssh(self) -> Path:
        """The laptop's ssh files."""
        return self.run / "ssh"

    @property
    def fs(self) -> Path:
        """The cluster's file systems; an empty folder for everybody outside of the cluster."""
        return self.run / "fs"

    @property
    def laptop_interface(self) -> str:
        return f"hpctest{self.id}"

    def pid_file(self, name: str) -> PidFile:
        return PidFile(self.run / "pids" / name)

    def campus(self, number: int) -> str:
        """An address in the network that the laptop reaches."""
        return f"10.87.{self.id}.{number}"

    def fabric(self, number: int) -> str:
        """An address in the network inside the cluster."""
        return f"10.88.{self.id}.{number}"

    @property
    def networks(self) -> tuple[str, str]:
        return self.campus(0) + "/24", self.fabric(0) + "/24"

    @cached_property
    def login(self) -> Host:
        return Host("login", "login.hpc.test", self.fabric(10), self.campus(10), f"02:87:00:0{self.id}:00:10")

    @cached_property
    def gateway(self) -> Host:
        return Host("gateway", "gateway.hpc.test", self.fabric(2), self.campus(2), f"02:87:00:0{self.id}:00:02")

    @cached_property
    def compute(self) -> tuple[Host, ...]:
        names = self.options.nodes
        return tuple(Host(name, f"{name}.nodes.hpc.test", self.fabric(17 + i)) for i, name in enumerate(names))

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        return (self.login, self.gateway, *self.compute)

    def host(self, name: str) -> Host:
        """The host of that short name."""
        for host in self.hosts:
            if host.name == name:
                return host
        raise TestbedError(f"no node {name!r}; there are {', '.join(host.name for host in self.hosts)}")

    def hosts_file(self) -> str:
        """What every node has as /etc/hosts: there is no name server."""
        # People know the login node by another name than its own, as on most clusters.
        alias = {"login": " cluster.hpc.test cluster"}
        lines = [f"{host.fabric} {host.fqdn} {host.name}{alias.get(host.name, '')}\n" for host in self.hosts]
        return "127.0.0.1 localhost\n" + "".join(lines)
