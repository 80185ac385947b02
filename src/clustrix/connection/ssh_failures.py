"""ssh's own words, read by named patterns into named errors.

ssh says why on standard error, in English whatever the locale, and ends with 255. What a login shell or a jump host's
ssh says is there too, so the first pattern that is found anywhere wins, and the vague ones come last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clustrix.connection.remote_python import explain_missing_python
from clustrix.errors import AuthenticationError, ConnectError, ConnectionLostError, HostKeyError

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig


@dataclass(frozen=True)
class Failure:
    """A pattern of ssh's words, the error it means, our sentence and what to do; they name ``{host}`` and groups."""

    pattern: str
    error: type[ConnectError]
    what: str
    hint: str


FAILURES = (
    Failure(
        r"REMOTE HOST IDENTIFICATION HAS CHANGED(?:[\s\S]*?\nOffending [^\n]*)?",
        HostKeyError,
        "the host key of {host} is not the one that is known: another machine answers, or it was installed anew",
        "ask its administrators for the fingerprint of the new key; then take out the line that ssh names",
    ),
    Failure(
        r"No \S+ host key is known for|Host key verification failed",
        HostKeyError,
        "the host key of {host} is not known yet",
        "log in once by hand and compare the fingerprint: ssh {host}",
    ),
    Failure(
        r"Bad owner or permissions on (?P<path>\S+)",
        ConnectError,
        "ssh does not read {path}: others can write it",
        "chmod 600 {path}",
    ),
    Failure(
        r"(?P<path>\S+): [Ll]ine (?P<line>\d+): Bad configuration option: (?P<option>\S+)"
        r"|[Cc]ommand-line: line 0: Bad configuration option: (?P<word>\S+)",
        ConnectError,
        "ssh does not know an option that it was given",
        "look at ssh_options= and the ssh_config file",
    ),
    Failure(
        r"Can't open user config file (?P<path>.+?): ",
        ConnectError,
        "there is no ssh_config file {path}",
        "ssh_config= the path of one",
    ),
    Failure(
        r"UNPROTECTED PRIVATE KEY FILE[\s\S]*Load key \"(?P<path>[^\"]+)\": bad permissions[\s\S]*Permission denied",
        AuthenticationError,
        "ssh ignores the key {path}, because others can read it",
        "chmod 600 {path}",
    ),
    Failure(
        r"Load key \"(?P<path>[^\"]+)\": (?P<why>invalid format|error in libcrypto|incorrect passphrase[^\n]*)"
        r"[\s\S]*Permission denied",
        AuthenticationError,
        "ssh cannot use the key {path}: {why}",
        "key_file= another one, or: ssh-add {path}",
    ),
    Failure(
        r"Identity file (?P<path>.+?) not accessible: (?P<why>[^\n.]*)[\s\S]*Permission denied",
        AuthenticationError,
        "there is no key {path} ({why}), and {host} let us in without it by no other way",
        "key_file= the path of one",
    ),
    Failure(
        r"Too many authentication failures",
        AuthenticationError,
        "{host} was offered too many keys and hung up",
        "key_file= the right one, or IdentitiesOnly yes for this host in ~/.ssh/config",
    ),
    Failure(
        r"[Pp]assword (?:has )?expired|password change required|account (?:has )?expired|account is currently not",
        AuthenticationError,
        "the account on {host} cannot be used",
        "log in by hand and see: ssh {host}",
    ),
    Failure(
        r"Permission denied \([^)]*(?:password|keyboard-interactive)[^)]*\)",
        AuthenticationError,
        "{host} takes none of our keys and wants a password",
        "clustrix ssh-setup {host} lets ssh log in by a key; or run where ssh can ask: in a terminal",
    ),
    Failure(
        r"Permission denied",
        AuthenticationError,
        "{host} takes none of our keys",
        "key_file= the right one, or put the public key into ~/.ssh/authorized_keys there; see: ssh -v {host}",
    ),
    Failure(
        r"Could not resolve hostname (?P<name>\S+?):",
        ConnectError,
        "there is no host {name}",
        "cluster_host= its full name or an alias of ~/.ssh/config; some can be seen from inside (VPN) only",
    ),
    Failure(
        r"port \d+: Connection refused",
        ConnectError,
        "{host} refuses connections on that port",
        "cluster_port=, or try again later: its ssh server may be down",
    ),
    Failure(
        r"Connection timed out|Operation timed out|timed out during banner exchange|port \d+ timed out",
        ConnectError,
        "{host} does not answer",
        "is the network there, and the VPN? Is the host up? See: ssh -v {host}",
    ),
    Failure(
        r"No route to host|Network is unreachable|Network is down|Host is down",
        ConnectError,
        "there is no way to {host}",
        "is the network there, and the VPN?",
    ),
    Failure(
        r"Unable to negotiate|no matching (?:host key type|key exchange method|cipher|mac)",
        ConnectError,
        "{host} and this ssh have no method in common",
        "ssh_options=[..] with one that it offers",
    ),
    Failure(
        r"stdio forwarding failed|open failed: (?:administratively prohibited|connect failed)",
        ConnectError,
        "the jump host does not reach {host}",
        "look at ProxyJump for {host} in ~/.ssh/config",
    ),
    Failure(
        r"Timeout, server \S+ not responding|client_loop: send disconnect|Connection to \S+ closed by remote host",
        ConnectionLostError,
        "the connection to {host} broke",
        "again, when the network is back",
    ),
    Failure(
        r"Connection (?:closed|reset) by|kex_exchange_identification|Broken pipe",
        ConnectError,
        "{host} closed the connection at once",
        "it may be busy, or turn this address away; try: ssh {host}",
    ),
)


def explain_failure(config: ClusterConfig, returncode: int | None, stderr: str) -> ConnectError:
    """Why ssh, or the Python behind it, did not become an agent: an error with what ssh said and what to do."""
    host = config.cluster_host or ""
    missing_python = explain_missing_python(config, stderr)
    if missing_python is not None:
        return missing_python
    for failure in FAILURES:
        match = re.search(failure.pattern, stderr)
        if match is not None:
            words = {"host": host, **{name: value or "" for name, value in match.groupdict().items()}}
            where = f"ssh {host}, which said: {_said(stderr, match)}"
            return failure.error(failure.what.format(**words), where=where, hint=failure.hint.format(**words))
    said = "; ".join(_last_lines(stderr, 5)) or "nothing"
    return ConnectError(
        f"no agent could be started on {host} (ssh ended with {returncode})",
        where=f"ssh {host}, which said: {said}",
        hint=f"ssh {host} python3 --version",
    )


def _said(stderr: str, match: re.Match[str]) -> str:
    """The lines that the pattern was found in, without rulers."""
    start = stderr.rfind("\n", 0, match.start()) + 1
    end = stderr.find("\n", match.end())
    return "; ".join(_last_lines(stderr[start : end if end >= 0 else None], 4))


def _last_lines(text: str, count: int) -> list[str]:
    lines = [line.strip("@ \r\t") for line in text.splitlines()]
    return [line for line in lines if line][-count:]
