"""python3 -m testbed: the testbed by hand.

  install                           the Debian packages that it is made of, if this machine can run it; up does so too
  up | down [--all] | status        --all also removes the guard routes and the kept database
  exec NODE COMMAND..               run as root on a node (login, gateway, s17, s18)
  ssh [HOST] [COMMAND..]            ssh from the laptop (hpc, jump, hpc-carol ..: see README.md)
  kill-node NODE | start-node NODE  pull the plug, switch on again
  slurmd NODE ACTION                ACTION: stop, start, restart, pause, resume
  ctld ACTION                       the scheduler
  sshd ACTION | sshd drop           drop: kill all open sessions
  cut [silent|link] | mend          the network between laptop and cluster
  latency 50ms [LOSS%]              added round-trip time; `latency 0` ends it
  fill PLACE | unfill PLACE         PLACE: small, scratch, home
  python NODE WHICH                 3.6, system, none, versioned:3.9, platform:3.6
  skew NODE SECONDS                 its clock is ahead, or behind if negative; `skew NODE 0` ends it
  heal                              undo all of these
  variables                         `export` lines that make it the cluster that clustrix calls

Options by environment: CLUSTRIX_TESTBED_ID=0..9 and, for `up`, CLUSTRIX_TESTBED_<OPTION>; README.md lists them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from testbed.processes import ENVIRONMENT, TestbedError, interactive
from testbed.testbed import Testbed

DOWN = 3  # exit status of `status`


def main(words: Sequence[str]) -> int:
    """Do one command; the exit status is that of what was run, or 1 after an error."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0 if words else 2
    command, *rest = words
    if command not in COMMANDS:
        print(f"testbed: no command {command!r}; python3 -m testbed --help lists them", file=sys.stderr)
        return 2
    try:
        # `up` reads the environment; everything else is about the cluster that is there, whatever its options are.
        cluster = Testbed() if command in ("install", "up") else Testbed.running()
        return COMMANDS[command](cluster, rest) or 0
    except TestbedError as error:
        print(f"testbed: {error}", file=sys.stderr)
    except (IndexError, TypeError, ValueError) as error:  # too few words, too many, or not a number
        print(f"testbed: {command} {' '.join(rest)}: {error}; see python3 -m testbed --help", file=sys.stderr)
    return 1


def up(cluster: Testbed, _: list[str]) -> None:
    began = time.monotonic()
    cluster.up()
    print(f"up after {time.monotonic() - began:.1f} s; now: ssh -F {cluster.ssh_config} hpc")


def install(_: Testbed, __: list[str]) -> None:
    if reason := Testbed.unavailable_reason():
        print(reason)
    else:
        Testbed.install_packages()


def down(cluster: Testbed, words: list[str]) -> None:
    cluster.down(everything=words == ["--all"])


def status(cluster: Testbed, _: list[str]) -> int:
    if not cluster.is_up:
        print(f"testbed {cluster.id} is down")
        return DOWN
    for host in cluster.hosts:
        state = "on" if cluster.node(host.name).is_on else "OFF"
        print(f"{host.name:<9}{state:<5}{host.campus or host.fabric:<14}{host.fqdn}")
    print(f"jobs held by {'cgroups' if cluster.cgroups else 'polling'}; ssh -F {cluster.ssh_config} hpc\n")
    print(cluster.exec("login", ["sinfo"], check=False).stdout, end="")
    return 0


def exec_(cluster: Testbed, words: list[str]) -> int:
    environment = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    return interactive(["env", "-i", *environment, *cluster.node(words[0]).entry(), *words[1:]])


def latency(cluster: Testbed, words: list[str]) -> None:
    milliseconds, percent = float(words[0].removesuffix("ms")), float((words[1:] or ["0"])[0].removesuffix("%"))
    cluster.latency(milliseconds / 1000, percent / 100)


def sshd(cluster: Testbed, words: list[str]) -> None:
    if words == ["drop"]:
        cluster.drop_sessions()
    else:
        cluster.sshd(*words)


def variables(cluster: Testbed, _: list[str]) -> None:
    print(f"export CLUSTRIX_CLUSTER_HOST=hpc CLUSTRIX_SSH_CONFIG={cluster.ssh_config}")


COMMANDS: dict[str, Callable[[Testbed, list[str]], int | None]] = {
    "install": install,
    "up": up,
    "down": down,
    "status": status,
    "exec": exec_,
    "ssh": lambda cluster, words: interactive(cluster.ssh_command(*words)),
    "kill-node": lambda cluster, words: cluster.kill_node(*words),
    "start-node": lambda cluster, words: cluster.start_node(*words),
    "slurmd": lambda cluster, words: cluster.slurmd(*words),
    "ctld": lambda cluster, words: cluster.slurmctld(*words),
    "sshd": sshd,
    "cut": lambda cluster, words: cluster.cut(*words),
    "mend": lambda cluster, words: cluster.mend(*words),
    "latency": latency,
    "skew": lambda cluster, words: cluster.skew(words[0], float(words[1])),
    "fill": lambda cluster, words: cluster.fill(*words),
    "unfill": lambda cluster, words: cluster.unfill(*words),
    "python": lambda cluster, words: cluster.set_python(*words),
    "variables": variables,
    "heal": lambda cluster, words: cluster.heal(),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
