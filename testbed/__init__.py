"""A small real cluster on one machine: sshd, Slurm and several Pythons in namespaces, for tests and demonstrations."""

from testbed.node import Node, Service
from testbed.options import Options
from testbed.processes import Completed, TestbedError, wait_until
from testbed.reservation import reserved
from testbed.site import Host
from testbed.testbed import Testbed
from testbed.users import USERS, User

__all__ = [
    "USERS",
    "Completed",
    "Host",
    "Node",
    "Options",
    "Service",
    "Testbed",
    "TestbedError",
    "User",
    "reserved",
    "wait_until",
]
