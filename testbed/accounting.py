"""The accounting database: MariaDB and slurmdbd on the login node.

Making Slurm's tables takes seconds. So the finished database is kept once as a file, under a name that follows from
all that it depends on, and later testbeds begin with a copy.
"""

from __future__ import annotations

import hashlib
import socket
from contextlib import suppress
from pathlib import Path

from testbed.node import Node, Service
from testbed.processes import run, wait_until
from testbed.site import CACHE
from testbed.users import USERS

DATA = "/var/lib/mysql"
SOCKET = "/run/mysqld/mysqld.sock"
SLURMDBD = Service("slurmdbd", ("slurmdbd",), "/run/slurm/slurmdbd.pid", 6819)
# Small files (the tables would grow by 64 MB at a time), and careless: kill-node loses the last second.
SMALL = ("--innodb-log-file-size=8M", "--innodb-autoextend-increment=1")
MARIADB = Service(
    "mariadbd",
    (
        "sh", "-c", 'mariadbd "$@" >>/var/log/mariadb.log 2>&1 </dev/null &', "sh",
        "--no-defaults", "--user=mysql", f"--datadir={DATA}", f"--socket={SOCKET}", "--skip-networking",
        "--pid-file=/run/mysqld/mysqld.pid", "--skip-name-resolve", "--performance-schema=OFF",
        "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", *SMALL,
    ),
    "/run/mysqld/mysqld.pid",
)  # fmt: skip

# slurmdbd comes in as the system user slurm: the socket tells who it is, no password is needed.
GRANTS = """
CREATE DATABASE slurm_acct_db;
CREATE USER slurm@localhost IDENTIFIED VIA unix_socket;
GRANT ALL ON slurm_acct_db.* TO slurm@localhost;
"""
ACCOUNTS = (
    "add cluster testbed",
    "add qos high Priority=100",
    "add account proj Description=proj Organization=hpc",
    "add account lab Description=lab Organization=hpc",
    *(f"add user {user.name} Account=proj,lab DefaultAccount=proj" for user in USERS),
    "modify account proj set QOS=normal,high",
)


def start(login: Node) -> None:
    """Start both daemons; on the first boot of this disk there must be a database first."""
    data = login.path(DATA)
    if not any(data.iterdir()):
        kept = kept_copy()
        if kept.exists():
            run("tar", "--extract", "--file", kept, "--directory", data)
        else:
            create(login, kept)
    start_mariadb(login)
    login.start(SLURMDBD)


def kept_copy() -> Path:
    """Where the finished database is kept for this definition and these versions of the programs."""
    versions = run("dpkg-query", "--show", "mariadb-server", "slurmdbd").stdout
    content = "\n".join([versions, *MARIADB.command, GRANTS, *ACCOUNTS])
    return CACHE / f"accounting-{hashlib.sha256(content.encode()).hexdigest()[:16]}.tar"


def create(login: Node, kept: Path) -> None:
    """Make the database, the cluster, its accounts and users; keep a copy."""
    install = ["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={DATA}", *SMALL]
    login.exec([*install, "--skip-test-db", "--auth-root-authentication-method=socket"])
    start_mariadb(login)
    login.exec(["mariadb", f"--socket={SOCKET}"], input=GRANTS)
    login.start(SLURMDBD)
    for line in ACCOUNTS:
        login.exec(["sacctmgr", "--immediate", *line.split()])
    login.stop(SLURMDBD)
    login.stop(MARIADB)
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{login.site.id}")
    run("tar", "--create", "--sparse", "--file", unfinished, "--directory", login.path(DATA), ".")
    for outdated in kept.parent.glob("accounting-*.tar"):
        outdated.unlink(missing_ok=True)
    unfinished.rename(kept)


def start_mariadb(login: Node) -> None:
    login.start(MARIADB)
    place = str(login.path(SOCKET))

    def answers() -> bool:
        with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
            client.connect(place)
            return True
        return False

    wait_until(
        answers, 30, "MariaDB on login does not answer", "python3 -m testbed exec login cat /var/log/mariadb.log"
    )
