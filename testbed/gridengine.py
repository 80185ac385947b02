"""Grid Engine: its files, its daemons and its cluster's description, and when it is ready.

It runs beside Slurm on the same nodes; each believes that they are its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from testbed.node import Node, Service
from testbed.processes import wait_until
from testbed.site import Host, Site

PACKAGES = ("gridengine-master", "gridengine-exec", "gridengine-client")
ROOT = "/var/lib/gridengine"
SPOOL = "/var/spool/gridengine"
RUN = "/run/gridengine"
OWNER = "sgeadmin"
# Long values would be broken into lines that only qconf itself puts together again.
ENVIRONMENT = ("env", f"SGE_ROOT={ROOT}", "SGE_CELL=default", "SGE_SINGLE_LINE=1")
QMASTER = Service(
    "sge_qmaster",
    (*ENVIRONMENT, f"SGE_MASTER_PIDFILE={RUN}/qmaster.pid", "sge_qmaster"),
    f"{RUN}/qmaster.pid",
    6444,
)
EXECD = Service(
    "sge_execd", (*ENVIRONMENT, f"SGE_EXECD_PIDFILE={RUN}/execd.pid", "sge_execd"), f"{RUN}/execd.pid", 6445
)

#: What differs from Grid Engine's own defaults; mostly, that things happen within seconds and not within minutes.
SCHEDULER = {
    "schedule_interval": "0:0:1",
    "flush_submit_sec": "1",
    "flush_finish_sec": "1",
    # `qstat -j` tells why a job waits.
    "schedd_job_info": "true",
}
GLOBAL = {
    "load_report_time": "00:00:02",
    "max_unheard": "00:00:10",
    "reschedule_unknown": "00:00:00",
    "reporting_params": "accounting=true reporting=false flush_time=00:00:01 accounting_flush_time=00:00:01 "
    "joblog=false sharelog=00:00:00",
    "min_uid": "100",
    "min_gid": "100",
}
QUEUE = {
    "shell": "/bin/sh",
    "shell_start_mode": "unix_behavior",
    "load_thresholds": "NONE",
    "tmpdir": "/tmp",
    # Between the warning of `qsub -notify` and SIGKILL.
    "notify": "00:00:02",
}
EXECUTION_HOST = {
    "load_scaling": "NONE", "user_lists": "NONE", "xuser_lists": "NONE", "projects": "NONE", "xprojects": "NONE",
    "usage_scaling": "NONE", "report_variables": "NONE",
}  # fmt: skip
PARALLEL = {
    "slots": "999", "user_lists": "NONE", "xuser_lists": "NONE", "start_proc_args": "NONE", "stop_proc_args": "NONE",
    "control_slaves": "TRUE", "job_is_first_task": "TRUE", "urgency_slots": "min", "accounting_summary": "TRUE",
    "qsort_args": "NONE",
}  # fmt: skip
#: The parallel environments: one within a node, and one over nodes that must not be taken for it.
ENVIRONMENTS = {"mpi": "$round_robin", "smp": "$pe_slots"}


def write_config(site: Site, root: Path) -> None:
    """Put on the disk of one host where the master is, and folders for the daemons."""
    master = root / ROOT[1:] / "default/common/act_qmaster"
    master.parent.mkdir(parents=True, exist_ok=True)
    master.write_text(f"{site.login.fqdn}\n")
    folders = [root / SPOOL[1:] / name for name in ("qmaster", "execd", "spooldb")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    # The master writes its own name there again.
    for path in (master.parent, master, *folders):
        shutil.chown(path, OWNER, OWNER)


def start(node: Node) -> None:
    """Start what belongs on this node after it has booted."""
    node.exec(["install", "--directory", f"--owner={OWNER}", f"--group={OWNER}", RUN])
    if node.host == node.site.login:
        is_new = not any(node.path(f"{SPOOL}/spooldb").iterdir())
        if is_new:
            as_owner = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--init-groups"]
            program = "/usr/share/gridengine/scripts/init_cluster"
            node.exec([*as_owner, program, ROOT, "default", f"{SPOOL}/spooldb", OWNER])
        node.start(QMASTER)
        if is_new:
            describe_cluster(node)
    elif node.host.is_compute:
        # Its master may start after it; a host that the master does not know yet is turned away.
        wait_until(lambda: _starts(node), 30, f"sge_execd on {node.host.name} does not start", every=0.1)


def _starts(node: Node) -> bool:
    return node.runs(EXECD) or node.exec(EXECD.command, check=False).returncode == 0


def describe_cluster(login: Node) -> None:
    """Tell the master its hosts, queue, parallel environments and pace."""
    site = login.site
    qconf(login, "-as", site.login.fqdn)
    qconf(login, "-ah", site.login.fqdn)
    for host in site.compute:
        qconf(login, "-ah", host.fqdn)
    # Memory and time of jobs are counted; by default Grid Engine limits without counting.
    complexes = qconf(login, "-sc")
    counted = [_counted(line) if line.startswith("h_vmem ") else line for line in complexes.splitlines()]
    from_file(login, "-Mc", "\n".join([*counted, "gpu gpu INT <= YES YES 0 0", ""]))
    for host in site.compute:
        from_file(login, "-Ae", execution_host(site, host))
    names = " ".join(host.fqdn for host in site.compute)
    from_file(login, "-Ahgrp", as_lines({"group_name": "@allhosts", "hostlist": names}))
    for name, rule in ENVIRONMENTS.items():
        from_file(login, "-Ap", as_lines({"pe_name": name, "allocation_rule": rule, **PARALLEL}))
    slots, places = str(site.options.cpus), {"hostlist": "@allhosts", "pe_list": " ".join(ENVIRONMENTS)}
    template = qconf(login, "-sq")
    for name, limits in {"all.q": {}, "short.q": {"h_rt": "00:02:00"}}.items():
        from_file(login, "-Aq", changed(template, {"qname": name, "slots": slots, **places, **QUEUE, **limits}))
    from_file(login, "-Msconf", changed(qconf(login, "-ssconf"), SCHEDULER))
    from_file(login, "-Mconf", changed(qconf(login, "-sconf", "global"), GLOBAL), name="global")


def execution_host(site: Site, host: Host) -> str:
    """The description of a compute node: its memory, and the GPUs of the last one."""
    gpus = ",gpu=2" if host == site.compute[-1] else ""
    values = f"h_vmem={site.options.memory}M,slots={site.options.cpus}{gpus}"
    return as_lines({"hostname": host.fqdn, "complex_values": values, **EXECUTION_HOST})


def _counted(line: str) -> str:
    name, short, kind, relation, *_ = line.split()
    return f"{name} {short} {kind} {relation} YES YES 1G 0"


def qconf(login: Node, *words: str) -> str:
    return login.exec([*ENVIRONMENT, "qconf", *words]).stdout


def from_file(login: Node, option: str, text: str, name: str = "description") -> None:
    """Give qconf an object as it wants it: in a file, whose name is in one case the object's."""
    folder = login.path("/tmp")
    (folder / name).write_text(text)
    qconf(login, option, f"/tmp/{name}")
    (folder / name).unlink()


def as_lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name} {value}\n" for name, value in values.items())


def changed(text: str, values: Mapping[str, str]) -> str:
    """An object as qconf shows it, with other values."""
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return as_lines(dict(lines) | dict(values))


def wait_ready(login: Node) -> None:
    """Wait until every compute node has a queue that takes jobs."""

    def ready() -> bool:
        answer = login.exec([*ENVIRONMENT, "qstat", "-f"], check=False).stdout
        rows = [line.split() for line in answer.splitlines() if "@" in line]
        # A state in the sixth column says what is wrong (au: no word from the host).
        return len(rows) == 2 * len(login.site.compute) and all(len(row) == 5 for row in rows)

    wait_until(ready, 30, "Grid Engine's queues are not ready", "python3 -m testbed exec login qstat -f", every=0.1)
