"""The laptop's ssh files (keys, known hosts, aliases for every situation) and the server's configuration."""

from __future__ import annotations

import secrets
from pathlib import Path

from testbed.processes import run
from testbed.site import CONF, Host, Site

# Public keys that are in known_hosts though no server has them: only the name counts, so they are made like the others.
CHANGED = "changed.hpc.test"
#: A file of the server's configuration that comes before all others.
ADDED = "etc/ssh/testbed_sshd_config.d/added.conf"


def write_laptop_files(site: Site) -> None:
    """Make the folder ssh/: id_ed25519, known_hosts, bob.password, config."""
    site.ssh.mkdir(parents=True)
    make_key(site.ssh / "id_ed25519", "testbed")
    known = []
    for name, fqdn in [*((host.name, host.fqdn) for host in (site.login, site.gateway)), ("changed", CHANGED)]:
        key = host_key(site, name)
        make_key(key, name)
        known.append(f"{fqdn} {key.with_suffix('.pub').read_text()}")
    (site.ssh / "known_hosts").write_text("".join(known))
    password = site.ssh / "bob.password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(9) + "\n")
    template = (CONF / "ssh_config").read_text()
    words = {"@SSH@": site.ssh, "@LOGIN@": site.login.campus, "@INSIDE@": site.login.fabric}
    words |= {"@GATEWAY@": site.gateway.campus, "@NOBODY@": site.campus(99)}
    for word, value in words.items():
        template = template.replace(word, str(value))
    (site.ssh / "config").write_text(template)


def make_key(path: Path, comment: str) -> None:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path)


def host_key(site: Site, name: str) -> Path:
    return site.run / f"host_key_{name}"


def write_server_files(site: Site, host: Host, root: Path) -> None:
    """Give a node with an sshd its configuration and its host key."""
    key = root / "etc/ssh/testbed_host_key"
    key.touch(mode=0o600)
    key.write_bytes(host_key(site, host.name).read_bytes())
    (root / ADDED).parent.mkdir()
    (root / "etc/ssh/testbed_sshd_config").write_bytes((CONF / "sshd_config").read_bytes())
