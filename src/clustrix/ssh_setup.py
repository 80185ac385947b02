"""Logging in by a key instead of a password: finds or makes one, has the cluster accept it, and tests it.

Everything that is secret is typed into the user's own ssh and ssh-keygen, on their terminal: no password passes
through this program, and none is stored.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clustrix.connection import ssh
from clustrix.errors import AuthenticationError, ConfigError, ConnectError, HostKeyError

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig

#: Logging in may take a while where names are looked up in vain.
_SECONDS = 60.0
_DONE = "clustrix: the key is there"
# One line, as tcsh takes no other, and nothing of the key in it: that comes through standard input. A last line without
# an end would swallow it; where SELinux watches, sshd reads only files with the right label.
_INSTALL = (
    "exec sh -c 'umask 077; cd && mkdir -p .ssh && touch .ssh/authorized_keys && read -r key && "
    '{ grep -qxF -- "$key" .ssh/authorized_keys || '
    '{ [ -z "$(tail -c 1 .ssh/authorized_keys)" ] || echo >> .ssh/authorized_keys; '
    'printf "%s\\\\n" "$key" >> .ssh/authorized_keys; }; } && '
    "{ command -v restorecon >/dev/null 2>&1 && restorecon -F .ssh .ssh/authorized_keys; "
    f'echo "{_DONE}"; }}\''
)


@dataclass(frozen=True)
class Key:
    """A pair of files: ``path`` is the secret one, which ssh would offer; ``is_new`` if it has to be made."""

    path: Path
    is_new: bool

    @property
    def public(self) -> Path:
        """The file that the cluster is told."""
        return self.path.with_name(f"{self.path.name}.pub")


def why_no_login(config: ClusterConfig) -> ConnectError | None:
    """Why ssh does not get in without asking somebody; None if it does."""
    argv = ssh.login_argv(config, "exit 0", options=["BatchMode=yes"])
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ConnectError(f"{config.cluster_host} does not answer", hint="is the VPN on?")
    return None if done.returncode == 0 else ssh.explain_failure(config, done.returncode, done.stderr)


def check_terminal() -> None:
    """Raises ConnectError where ssh could not ask for anything."""
    if not ssh.has_terminal():
        raise ConnectError("ssh cannot ask for your password: there is no terminal", hint="run it in a terminal")


def can_be_helped(error: ConnectError) -> bool:
    """Whether a person at the terminal can get in where a program cannot: by a password, or by accepting a new host key."""
    return isinstance(error, AuthenticationError) or (isinstance(error, HostKeyError) and "not known yet" in error.what)


def find_key(config: ClusterConfig) -> Key:
    """The key that ssh would offer, the first that is there; else the one to make, ed25519 if ssh looks for such a one."""
    names = [config.key_file] if config.key_file else ssh.identity_files(config)
    paths = [Path(name).expanduser() for name in names] or [Path("~/.ssh/id_ed25519").expanduser()]
    for path in paths:
        if path.exists():
            return Key(path, is_new=False)
    return Key(
        next((path for path in paths if "ed25519" in path.name and "_sk" not in path.name), paths[0]), is_new=True
    )


def make_key(key: Key) -> None:
    """Make it; ssh-keygen asks for a passphrase. Raises ConfigError if none was made."""
    program = _program("ssh-keygen")
    key.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = subprocess.run([program, "-q", "-t", "ed25519", "-f", os.fspath(key.path)], check=False)
    if done.returncode or not key.path.exists():
        raise ConfigError("no key was made", where=str(key.path), hint=f"ssh-keygen -t ed25519 -f {key.path}")


def public_text(key: Key) -> str:
    """The line that the cluster is told. Raises ConfigError if it cannot be had."""
    if key.public.exists():
        text = key.public.read_text(encoding="utf-8").strip()
    else:  # the secret one tells it, perhaps after a passphrase
        command = [_program("ssh-keygen"), "-y", "-f", os.fspath(key.path)]
        text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    if len(text.splitlines()) != 1 or len(text.split()) < 2:
        raise ConfigError("this is no public key of ssh", where=str(key.public), hint=f"ssh-keygen -y -f {key.path}")
    return text


def has_passphrase(key: Key) -> bool:
    """Whether the key is of use only after a passphrase."""
    command = [_program("ssh-keygen"), "-y", "-P", "", "-f", os.fspath(key.path)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode != 0


def install_key(config: ClusterConfig, public_key: str) -> None:
    """Have the cluster accept the key; ssh asks for whatever it needs to let us in this once. Raises ConnectError."""
    done = subprocess.run(
        ssh.login_argv(config, _INSTALL),
        input=f"{public_key}\n",
        stdout=subprocess.PIPE,  # what a login shell prints is nobody's business
        text=True,
        errors="replace",
        check=False,
    )
    if _DONE not in done.stdout:
        raise AuthenticationError(
            f"the key was not installed on {config.cluster_host} (ssh ended with {done.returncode})",
            hint="look at what ssh said above; some sites take keys on a page of theirs: give it the line of the .pub file",
        )


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ConfigError(f"there is no {name} on this machine", hint="install OpenSSH's client")
    return found
