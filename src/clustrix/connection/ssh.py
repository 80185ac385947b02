"""The user's own ssh program: how it is called so that it becomes a pipe to an agent.

Aliases, jump hosts, agents, hardware keys and two-factor prompts work because nothing of it is done here. One process
is one cluster's connection.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from clustrix.connection.remote_python import remote_command
from clustrix.connection.ssh_failures import explain_failure
from clustrix.errors import ConfigError, ConnectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clustrix.config import ClusterConfig

__all__ = ["explain_failure", "has_terminal", "identity_files", "login_argv", "remote_command", "ssh_argv"]

#: What we would rather have than ssh's own defaults: (option, ssh's default as `ssh -G` prints it, ours). Whatever the
#: user's ssh_config says wins.
_PREFERENCES = (
    # A laptop that slept, or changed its network, has a dead connection that would else look alive for hours.
    ("ServerAliveInterval", "0", "15"),
    ("ConnectTimeout", "none", "30"),
)
# ssh prefers ChaCha20 where nobody says otherwise. A processor that computes AES itself needs half the time for GCM, and a
# long transfer is mostly that. The set of ciphers stays what it was, in both of the orders that ssh ever had as default.
_CHACHA = "chacha20-poly1305@openssh.com"
_GCM = "aes128-gcm@openssh.com,aes256-gcm@openssh.com"
_CTR = "aes128-ctr,aes192-ctr,aes256-ctr"
_DEFAULT_CIPHERS = (f"{_CHACHA},{_CTR},{_GCM}", f"{_CHACHA},{_GCM},{_CTR}")
#: Of the user's options for interactive logins, those that would break or burden a pipe.
_NOT_FOR_A_PIPE = (
    # LocalForward ports are taken already where the user is logged in, too.
    "ClearAllForwardings=yes",
    "ForwardX11=no",
    "PermitLocalCommand=no",
)
# ssh stays in our session, as it may have to ask on the terminal; but Ctrl-C there is for the program that runs here,
# not for its connection. A SIGINT that is ignored from the start stays so (client_loop.c: "don't overwrite SIG_IGN").
_UNINTERRUPTED = () if sys.platform == "win32" else ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "ssh")


def ssh_argv(config: ClusterConfig, command: str, *, may_ask: bool | None = None) -> list[str]:
    """The ssh command line that runs ``command`` on the cluster.

    ``may_ask`` says whether ssh can ask for a password or a code (by default, whether there is a terminal); if not, it
    fails instead of waiting. Raises ConnectError if there is no ssh program, ConfigError for a host that cannot be one.
    """
    program, host, given = _program(), _host(config), _given(config)
    options = [*_NOT_FOR_A_PIPE]
    if not (has_terminal() if may_ask is None else may_ask):
        options.append("BatchMode=yes")
    options += _preferences(effective_options([program, *given, "--", host]))
    # ssh takes the first value it meets, so what the user gave comes first.
    return [*_UNINTERRUPTED, program, "-T", *given, *_as_arguments(options), "--", host, command]


def login_argv(config: ClusterConfig, command: str, *, options: Iterable[str] = ()) -> list[str]:
    """The ssh command line for a command that is no agent: Ctrl-C ends it, and ssh may ask unless an option forbids it.

    Raises what ``ssh_argv`` does.
    """
    program = _program()
    host, given = _host(config), _given(config)
    told = [*_NOT_FOR_A_PIPE, *options, *_preferences(effective_options([program, *given, "--", host]))]
    return [program, "-T", *given, *_as_arguments(told), "--", host, command]


def identity_files(config: ClusterConfig) -> list[str]:
    """The files of keys that ssh would look for, in its order."""
    argv = [_program(), "-G", *_given(config), "--", _host(config)]
    words = (line.partition(" ") for line in _told_by(argv).splitlines())
    return [value for name, _, value in words if name.lower() == "identityfile"]


def _program() -> str:
    program = shutil.which("ssh")
    if program is None:
        raise ConnectError("there is no ssh program on this machine", hint="install OpenSSH's client")
    return program


def effective_options(argv: list[str]) -> dict[str, str]:
    """What ssh would do with these arguments, option by option in lower case; nothing if it does not tell.

    ``ssh -G`` reads the configuration and connects to nobody. What is wrong with it will be said by ssh itself.
    """
    pairs = (line.partition(" ") for line in _told_by([argv[0], "-G", *argv[1:]]).splitlines())
    return {name.lower(): value for name, _, value in pairs}


def _told_by(argv: list[str]) -> str:
    try:
        answer = subprocess.run(argv, capture_output=True, text=True, timeout=10, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def has_terminal() -> bool:
    """Whether ssh can ask the person: it opens the terminal itself, whatever stdin is, or runs SSH_ASKPASS."""
    if os.environ.get("SSH_ASKPASS") and (os.environ.get("DISPLAY") or os.environ.get("SSH_ASKPASS_REQUIRE")):
        return True
    if sys.platform == "win32":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _host(config: ClusterConfig) -> str:
    host = config.cluster_host or ""
    if not host or host.startswith("-") or not host.isprintable() or " " in host:
        raise ConfigError(
            f"cluster_host={host!r} cannot be a host", hint='cluster_host="login.hpc.edu", or an alias of ssh'
        )
    return host


def _given(config: ClusterConfig) -> list[str]:
    argv: list[str] = []
    if config.ssh_config:
        argv += ["-F", os.path.expanduser(config.ssh_config)]
    if config.cluster_port:
        argv += ["-p", str(config.cluster_port)]
    if config.username:
        argv += ["-l", config.username]
    if config.key_file:
        # Else each key of the user's agent is tried first, and some servers hang up after three.
        argv += ["-i", os.path.expanduser(config.key_file), "-o", "IdentitiesOnly=yes"]
    return [*argv, *_as_arguments(config.ssh_options)]


def _preferences(effective: Mapping[str, str]) -> list[str]:
    ours = [f"{name}={value}" for name, default, value in _PREFERENCES if effective.get(name.lower()) == default]
    if effective.get("ciphers") in _DEFAULT_CIPHERS and _computes_aes():
        ours.append(f"Ciphers={_GCM},{_CHACHA},{_CTR}")
    # ssh refuses a command where the configuration has one; older ones do not know the option at all.
    return [*ours, "RemoteCommand=none"] if effective.get("remotecommand", "none") != "none" else ours


def _computes_aes() -> bool:
    """Whether the processor has instructions for AES; Linux also runs on some that have not."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as stream:
            return any("aes" in line.split() for line in stream if line.lower().startswith(("flags", "features")))
    except OSError:
        return platform.machine().lower() in ("x86_64", "amd64", "arm64", "aarch64")


def _as_arguments(options: Iterable[str]) -> list[str]:
    return [word for option in options for word in ("-o", option)]
