"""What ssh says, word for word as it was said by OpenSSH 9.2 (or by the version named), and the error made of it."""

import re

import pytest

from clustrix.config import ClusterConfig
from clustrix.connection.ssh_failures import FAILURES, explain_failure
from clustrix.errors import (
    AuthenticationError,
    ConnectError,
    ConnectionLostError,
    HostKeyError,
)

RULER = "@" * 59 + "\n"
CHANGED_KEY = (
    RULER
    + "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n"
    + RULER
    + """\
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
The fingerprint for the ED25519 key sent by the remote host is
SHA256:DZaRQPKBN7JXC1mQ6vkL2ZFfjlgebwk5wrJmUuYiVyw.
Please contact your system administrator.
Add correct host key in /home/ann/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /home/ann/.ssh/known_hosts:2
  remove with:
  ssh-keygen -f "/home/ann/.ssh/known_hosts" -R "hpc"
Host key for hpc has changed and you have requested strict checking.
Host key verification failed.
"""
)
OPEN_KEY = (
    RULER
    + "@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\n"
    + RULER
    + """\
Permissions 0644 for '/home/ann/.ssh/id' are too open.
It is required that your private key files are NOT accessible by others.
This private key will be ignored.
Load key "/home/ann/.ssh/id": bad permissions
alice@10.77.3.10: Permission denied (publickey,password).
"""
)
CASES = {
    "changed key": (CHANGED_KEY, HostKeyError, "not the one that is known", "known_hosts:2"),
    "unknown key": (
        "No ED25519 host key is known for hpc and you have requested strict checking.\nHost key verification failed.\n",
        HostKeyError,
        "not known yet",
        "ssh hpc",
    ),
    "unknown key, BatchMode": ("Host key verification failed.\n", HostKeyError, "not known yet", "ssh hpc"),
    "password": (
        "bob@10.77.3.10: Permission denied (publickey,password).\n",
        AuthenticationError,
        "wants a password",
        "clustrix ssh-setup hpc",
    ),
    "refused key": (
        "eve@10.77.3.10: Permission denied (publickey).\n",
        AuthenticationError,
        "none of our keys",
        "key_file",
    ),
    "open key": (OPEN_KEY, AuthenticationError, "others can read", "chmod 600 /home/ann/.ssh/id"),
    "passphrase": (
        'Load key "/k": incorrect passphrase supplied to decrypt private key\na@h: Permission denied (publickey).\n',
        AuthenticationError,
        "incorrect passphrase",
        "ssh-add /k",
    ),
    "missing key": (
        "Warning: Identity file /k not accessible: No such file or directory.\na@h: Permission denied (publickey).\n",
        AuthenticationError,
        "no key /k (No such file or directory)",
        "key_file=",
    ),
    "many keys": (
        "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\n",
        AuthenticationError,
        "too many keys",
        "key_file=",
    ),
    "no such name": (
        "ssh: Could not resolve hostname nosuch.invalid: Name or service not known\n",
        ConnectError,
        "no host nosuch.invalid",
        "VPN",
    ),
    "no such jump host": (
        (
            "ssh: Could not resolve hostname nosuch.invalid: Name or service not known\n"
            "kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535\n"
        ),
        ConnectError,
        "no host nosuch.invalid",
        "VPN",
    ),
    "refused key at the jump host": (
        (
            "alice@gateway: Permission denied (publickey).\n"
            "kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535\n"
        ),
        AuthenticationError,
        "none of our keys",
        "key_file",
    ),
    "refused port": (
        "ssh: connect to host 10.77.3.10 port 23: Connection refused\n",
        ConnectError,
        "refuses connections",
        "cluster_port=",
    ),
    "black hole": (
        "ssh: connect to host 10.77.3.99 port 22: Connection timed out\n",
        ConnectError,
        "does not answer",
        "VPN",
    ),
    "black hole, macOS": (
        "ssh: connect to host h port 22: Operation timed out\n",
        ConnectError,
        "does not answer",
        "VPN",
    ),
    "no route": ("ssh: connect to host h port 22: No route to host\n", ConnectError, "no way to", "VPN"),
    "old methods": (
        "Unable to negotiate with 10.77.3.10 port 22: no matching host key type found. Their offer: ssh-rsa\n",
        ConnectError,
        "no method in common",
        "ssh_options",
    ),
    "bad option": (
        "command-line: line 0: Bad configuration option: nosuch\n",
        ConnectError,
        "does not know an option",
        "ssh_options",
    ),
    "no such configuration": (
        "Can't open user config file /nonexist: No such file or directory\n",
        ConnectError,
        "no ssh_config file /nonexist",
        "ssh_config=",
    ),
    "gone": ("Timeout, server 10.77.3.10 not responding.\n", ConnectionLostError, "broke", "again"),
    "hung up": (
        "kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.77.3.10 port 22\n",
        ConnectError,
        "closed the connection at once",
        "ssh hpc",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_ssh_says_becomes_an_error_of_its_own_with_the_words_and_a_way_out(case):
    said, kind, what, way_out = CASES[case]

    error = explain_failure(ClusterConfig(cluster_host="hpc"), 255, "** maintenance on Monday **\n" + said)

    assert type(error) is kind
    assert what in error.what
    assert way_out in str(error)
    assert [line for line in said.splitlines() if line and line in error.where]


def test_nearly_every_pattern_is_here_with_what_ssh_said():
    said = [text for text, *_ in CASES.values()]
    unseen = [failure for failure in FAILURES if not any(re.search(failure.pattern, text) for text in said)]

    assert (
        len(unseen) <= 3
    )  # an ssh_config that others can write, an expired account, a jump host that forwards nothing


def test_words_that_nobody_knows_are_shown_as_they_are():
    error = explain_failure(ClusterConfig(cluster_host="hpc"), 1, "line one\nsomething quite new\n")

    assert type(error) is ConnectError
    assert "something quite new" in str(error)


def test_silence_is_said_to_be_silence():
    assert "said: nothing" in str(explain_failure(ClusterConfig(cluster_host="hpc"), 255, ""))
