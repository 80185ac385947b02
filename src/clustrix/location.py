"""Whether this machine is on the cluster already, so that its files are to be had without ssh.

In this order; the first that applies decides, and nothing that is only likely does:

1. a job that clustrix started says whose it is;
2. this machine is ``cluster_host``, by its own names;
3. a mark that an agent of that host left beneath ``remote_work_dir`` can be read here, and is no copy: shared files;
4. this machine is of the same institution as ``cluster_host``, and a scheduler's: in one of its jobs, or configured for
it.

To be wrong with a yes would mean other files; to be wrong with a no means ssh, which works. So doubt is a no.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from clustrix_remote import file_mark, job_files

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig

#: Set by schedulers for whoever runs in their jobs; all of a group must be there.
_JOB_MARKS = (("SLURM_JOB_ID",), ("PBS_JOBID",), ("JOB_ID", "SGE_ROOT"), ("LSB_JOBID",))
#: There where a scheduler is configured.
_CONFIGURATIONS = (
    "/etc/slurm/slurm.conf",
    "/etc/slurm-llnl/slurm.conf",
    "/etc/pbs.conf",
    "/var/spool/torque/server_name",
    "/etc/gridengine",
)
#: Second labels under which institutions are registered, before a country's two letters: ac.uk, edu.au.
_REGISTRIES = frozenset({"ac", "edu", "gov", "org", "com", "net", "co", "go", "or", "ne", "res", "mil", "govt"})
#: Domains whose machines belong to many: a common name says nothing. Also what is no domain in the world's sense.
_OF_MANY = (
    "amazonaws.com", "cloudapp.azure.com", "cloudapp.net", "azure.com", "googleusercontent.com", "internal", "local",
    "localdomain", "lan", "home", "home.arpa", "localhost", "digitalocean.com", "linode.com", "linodeusercontent.com",
    "vultrusercontent.com", "hetzner.com", "your-server.de", "ovh.net", "contaboserver.net", "oraclevcn.com",
    "oraclecloud.com", "scaleway.com", "rackspace.com", "github.dev", "gitpod.io", "ts.net", "duckdns.org", "no-ip.org",
)  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """What is looked at of a machine: its names, its environment, whether a scheduler is configured, who we are."""

    names: frozenset[str]
    environment: Mapping[str, str]
    has_scheduler: bool
    user: str

    @classmethod
    def this(cls) -> Machine:
        """The one we are on. Nothing here asks the network."""
        return cls(_own_names(), os.environ, any(map(os.path.exists, _CONFIGURATIONS)), _user())


def is_on_cluster(config: ClusterConfig, machine: Machine | None = None) -> bool:
    """Whether the files of ``config.cluster_host`` are files of this machine."""
    config = config.on_each_host()[0]
    host = _plain(config.cluster_host or "")
    if config.runs_here or not host:
        return False
    machine = machine or Machine.this()
    if config.username not in (None, machine.user):
        return False  # there we are somebody else, who may read other things
    return (
        _is_job_of(config, machine)
        or _is_same_host(config, machine)
        or file_mark.is_here(config.remote_work_dir, config.cluster_host or "")
        or _is_node_of(config, machine)
    )


def _is_job_of(config: ClusterConfig, machine: Machine) -> bool:
    folder = machine.environment.get(job_files.JOB_FOLDER)
    if not folder:
        return False
    try:
        with open(os.path.join(folder, "job.json"), encoding="utf-8") as stream:
            host = json.load(stream)["cluster"]["cluster_host"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(host == config.cluster_host)


def _is_same_host(config: ClusterConfig, machine: Machine) -> bool:
    # What ssh_config makes of an alias is the host; a laptop may have the name of an alias.
    host = _plain(_host_behind(config))
    if not host or _is_loopback(host):
        return False  # often the near end of a tunnel
    if host in machine.names:
        return True
    return "." not in host and any(name.partition(".")[0] == host for name in machine.names if not _is_loopback(name))


def _is_node_of(config: ClusterConfig, machine: Machine) -> bool:
    in_job = any(all(machine.environment.get(name) for name in marks) for marks in _JOB_MARKS)
    if not (in_job or machine.has_scheduler):
        return False
    theirs = institution(_host_behind(config))
    return theirs is not None and any(institution(name) == theirs for name in machine.names)


def institution(name: str) -> str | None:
    """The domain that an institution has registered; None if the name has none, or one that belongs to many.

    >>> institution("s17.hpcc.dartmouth.edu"), institution("login.hpc.cam.ac.uk"), institution("s17")
    ('dartmouth.edu', 'cam.ac.uk', None)
    """
    name = _plain(name)
    labels = name.split(".")
    if labels[-1].isdigit() or ":" in name or any(name == many or name.endswith("." + many) for many in _OF_MANY):
        return None
    length = 3 if len(labels[-1]) == 2 and len(labels) > 2 and labels[-2] in _REGISTRIES else 2
    return ".".join(labels[-length:]) if len(labels) > length else None


def _host_behind(config: ClusterConfig) -> str:
    return _resolved(config.cluster_host or "", config.ssh_config, tuple(config.ssh_options))


@cache
def _resolved(host: str, ssh_config: str | None, options: tuple[str, ...]) -> str:
    """The host that ssh would connect to; through a jump host's eyes names may mean others, so then as it was given."""
    from clustrix.connection.ssh import effective_options

    program = shutil.which("ssh")
    if program is None or host.startswith("-"):
        return host
    given = ["-F", os.path.expanduser(ssh_config)] if ssh_config else []
    told = effective_options([program, *given, *(word for option in options for word in ("-o", option)), "--", host])
    return told.get("hostname", host)


def _plain(name: str) -> str:
    return name.strip().rstrip(".").lower()


def _is_loopback(name: str) -> bool:
    return name.startswith(("localhost", "ip6-", "127.")) or name == "::1"


def _own_names() -> frozenset[str]:
    """The hostname, and what /etc/hosts calls it besides."""
    import platform

    node = _plain(platform.node())
    names = {node}
    try:
        with open("/etc/hosts", encoding="utf-8", errors="replace") as stream:
            for line in stream:
                aliases = [_plain(word) for word in line.partition("#")[0].split()[1:]]
                if node in aliases:
                    names.update(aliases)
    except OSError:
        pass
    return frozenset(name for name in names if name and not _is_loopback(name))


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
