"""Slurm: its configuration files, its daemons, and when it is ready.

Another scheduler on the same nodes would be a module with the same three functions.
"""

from __future__ import annotations

import os
from pathlib import Path
from string import Template

from testbed import accounting
from testbed.cgroups import Cgroups
from testbed.node import MUNGED, SSHD, Node, Service
from testbed.processes import wait_until
from testbed.site import CONF, Host, Site

SLURMCTLD = Service("slurmctld", ("slurmctld",), "/run/slurm/slurmctld.pid", 6817)

BY_CGROUP = """\
ProctrackType=proctrack/cgroup
TaskPlugin=task/cgroup
JobAcctGatherType=jobacct_gather/cgroup"""
# Without cgroups a job's memory is looked at once a second: a job over its limit ends as FAILED and not as
# OUT_OF_MEMORY, and what left the job's session outlives it.
BY_POLLING = """\
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherParams=OverMemoryKill"""
ACCOUNTING = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=login
AccountingStorageTRES=gres/gpu
AccountingStorageEnforce=associations,limits,qos"""
NO_ACCOUNTING = "AccountingStorageType=accounting_storage/none"


def slurmd(host: Host) -> Service:
    """The daemon of a compute node; Slurm knows nodes by their short names, the node itself has a full one."""
    return Service("slurmd", ("slurmd", "-N", host.name), "/run/slurm/slurmd.pid", 6818)


def slurm_conf(site: Site, cgroups: Cgroups) -> str:
    """The text of slurm.conf, the same on all nodes."""
    options = site.options
    return Template((CONF / "slurm.conf").read_text()).substitute(
        login=site.login.fabric,
        min_job_age=options.min_job_age,
        tracking=BY_CGROUP if cgroups.folders else BY_POLLING,
        accounting=ACCOUNTING if options.sacct else NO_ACCOUNTING,
        cpus=options.cpus,
        memory=options.memory,
        nodes="\n".join(_node_line(site, host) for host in site.compute),
        all_nodes=",".join(options.nodes),
        last_node=options.nodes[-1],
    )


def _node_line(site: Site, host: Host) -> str:
    line = f"NodeName={host.name} NodeAddr={host.fabric}"
    return line + (" Feature=icelake Gres=gpu:a100:2" if host == site.compute[-1] else " Feature=haswell")


def write_config(site: Site, cgroups: Cgroups, host: Host, root: Path) -> None:
    """Put Slurm's configuration on the disk of one host."""
    folder = root / "etc/slurm"
    folder.mkdir(exist_ok=True)
    (folder / "slurm.conf").write_text(slurm_conf(site, cgroups))
    (folder / "cgroup.conf").write_bytes((CONF / "cgroup.conf").read_bytes())
    (folder / "gres.conf").write_text(f"NodeName={site.compute[-1].name} Name=gpu Type=a100 File=/dev/nvidia[0-1]\n")
    if host == site.login:
        secret = folder / "slurmdbd.conf"
        secret.touch(mode=0o600)
        secret.write_bytes((CONF / "slurmdbd.conf").read_bytes())
        slurm_user = (root / "var/log/slurm").stat()
        os.chown(secret, slurm_user.st_uid, slurm_user.st_gid)


def start(node: Node) -> None:
    """Start what belongs on this node after it has booted."""
    if node.host != node.site.gateway:
        node.start(MUNGED)
    if node.host.is_compute:
        node.start(slurmd(node.host))
    else:
        node.start(SSHD)
    if node.host == node.site.login:
        if node.site.options.sacct:
            accounting.start(node)  # slurmctld dies if it has never met the database
        node.start(SLURMCTLD)


def resume_drained(login: Node) -> None:
    """Take nodes back that Slurm has put aside, as for a job that was started a second time: nobody else would."""
    drained = login.exec(["sinfo", "--noheader", "--states=drain", "--format=%N"], check=False).stdout.split()
    if drained:
        login.exec(["scontrol", "update", f"NodeName={','.join(drained)}", "State=RESUME"])


def wait_ready(login: Node) -> None:
    """Wait until every compute node can take jobs."""
    names = set(login.site.options.nodes)

    def ready() -> bool:
        answer = login.exec(["sinfo", "--noheader", "--Node", "--format=%N %T"], check=False).stdout
        rows = [row.split() for row in answer.splitlines()]
        return names == {name for name, state in rows if state in ("idle", "mixed", "allocated")}

    hint = "python3 -m testbed exec login tail /var/log/slurm/slurmctld.log"
    wait_until(ready, 30, "the compute nodes are not ready", hint, every=0.05)
