"""Cables and switches: the laptop's network (campus), the cluster's own (fabric), and what can happen to a wire.

laptop ---- uplink [campus bridge] ---- login ---- [fabric bridge] ---- s17, s18 ...
`--- gateway ---'
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from testbed.core import Core
from testbed.processes import TestbedError, run, spawn
from testbed.site import Host, Site

# A frame that our relay reads must be complete: checksums made, segments no longer than the wire allows.
OFFLOADS_OFF = ("tx", "off", "tso", "off", "gso", "off")


@dataclass(frozen=True)
class Network:
    """The wires of one testbed."""

    site: Site
    core: Core

    def build(self) -> None:
        """Make the two bridges and plug the laptop into the campus one."""
        self.guard()
        laptop = self.site.laptop_interface
        run("ip", "link", "add", laptop, "type", "veth", "peer", "name", "uplink", "netns", str(self.core.pid))
        ip("", f"addr add {self.site.campus(1)}/24 dev {laptop}", f"link set {laptop} up")
        run("ethtool", "-K", laptop, *OFFLOADS_OFF)
        bridges = [f"link add {name} type bridge" for name in ("campus", "fabric")]
        self.inside(*bridges, "link set campus up", "link set fabric up", "link set uplink master campus up")
        self.pin_addresses()

    def inside(self, *lines: str) -> None:
        self.core.inside("ip", "-batch", "-", input="\n".join(lines) + "\n")

    def guard(self) -> None:
        """Without our link these addresses would follow the default route out of the machine: refuse them instead."""
        ip("", *(f"route replace unreachable {net} metric 4096" for net in self.site.networks))

    def unguard(self) -> None:
        for net in self.site.networks:
            run("ip", "route", "del", "unreachable", net, "metric", "4096", check=False)

    def pin_addresses(self) -> None:
        """Tell the laptop the hardware addresses for good.

        It then never asks «who has ..?», so a cut wire is silent, as through a router, and not «no route to host».
        """
        hosts = (self.site.login, self.site.gateway)
        dev = self.site.laptop_interface
        ip("", *(f"neigh replace {h.campus} lladdr {h.campus_mac} nud permanent dev {dev}" for h in hosts))

    def plug(self, host: Host, pid: int) -> None:
        """Connect a node that has just been switched on."""
        wires = [("fabric", host.fabric, "")]
        if host.campus:
            wires.append(("campus", host.campus, f"address {host.campus_mac}"))
        ends, up = [], ["link set lo up"]
        for bridge, address, mac in wires:
            # A node that is switched on again right away: the kernel takes its old ends away when it has time to.
            with suppress(TestbedError):
                self.inside(f"link del {host.name}-{bridge}")
            ends.append(f"link add {host.name}-{bridge} type veth peer name {bridge} {mac} netns {pid}")
            ends.append(f"link set {host.name}-{bridge} master {bridge} up")
            up += [f"addr add {address}/24 dev {bridge}", f"link set {bridge} up"]
        self.inside(*ends)
        if host.campus:
            run("nsenter", "--target", str(pid), "--net", "--", "ethtool", "-K", "campus", *OFFLOADS_OFF)
        ip(str(pid), *up)

    def unbuild(self) -> None:
        run("ip", "link", "del", self.site.laptop_interface, check=False)

    def cut(self, how: str = "silent") -> None:
        """Cut the laptop off: `silent`, frames vanish on the way; `link`, the laptop sees its cable unplugged."""
        if how == "silent":
            self.inside("link set campus down")
        elif how == "link":
            ip("", f"link set {self.site.laptop_interface} down")
        else:
            raise TestbedError(f"cut {how!r}: take silent or link")

    def mend(self) -> None:
        """Undo every cut."""
        ip("", f"link set {self.site.laptop_interface} up")
        self.inside("link set campus up")
        self.pin_addresses()

    def delay(self, seconds: float, lost: float = 0.0) -> None:
        """Add a round-trip time, and lose a fraction of the frames, between laptop and cluster; 0 and 0 end it."""
        relay = self.site.pid_file("relay")
        relay.kill()
        with suppress(TestbedError):
            self.inside("link del near")
        if not seconds and not lost:
            self.inside("link set uplink master campus")
            return
        self.inside("link set uplink nomaster", "link add near type veth peer name far")
        self.inside("link set near up", "link set far master campus up")
        program = Path(__file__).with_name("relay.py")
        enter = ("nsenter", "--target", str(self.core.pid), "--net", "--")
        words = (sys.executable, "-I", program, relay.announcement, "uplink", "near", str(seconds / 2), str(lost))
        spawn((*enter, *words), self.site.log / "relay.log")
        relay.adopt()


def ip(namespace_of: str, *lines: str) -> None:
    """Run several `ip` commands in one process, in the laptop's network or in that of another process."""
    enter = ["nsenter", "--target", namespace_of, "--net", "--"] if namespace_of else []
    run(*enter, "ip", "-batch", "-", input="\n".join(lines) + "\n")
