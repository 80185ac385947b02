"""Connections to a real sshd: every way in, and every way to be turned away."""

import time

import pytest

from clustrix.connection import open_channel, ssh
from clustrix.errors import AuthenticationError, ConnectError, HostKeyError, RemotePythonError

pytestmark = [pytest.mark.testbed, pytest.mark.xdist_group("testbed")]


@pytest.fixture(autouse=True)
def nobody_to_ask(monkeypatch):
    """No password is asked for on the terminal of whoever runs the tests."""
    monkeypatch.setattr(ssh, "has_terminal", lambda: False)


@pytest.mark.parametrize(
    "host",
    ["hpc", "hpc-carol", "hpc-dave", "hpc-noisy", "jump"],
    ids=["bash", "tcsh", "dash", "a .bashrc that prints", "through a jump host"],
)
def test_an_agent_says_hello(config_for, host):
    channel = open_channel(config_for(host))

    try:
        assert channel.hello.hostname == "login.hpc.test"
        assert channel.request("run", {"argv": ["echo", "it's me!"]}).header["stdout"] == "it's me!\n"
    finally:
        channel.close()


def test_a_python_from_a_module_is_used_where_modules_are_asked_for(config_for, testbed):
    channel = open_channel(config_for("hpc-carol", module_loads=["python/3.11"]))

    assert channel.hello.python[:2] == (3, 11)
    channel.close()


def test_a_module_that_is_not_there_is_named(config_for):
    with pytest.raises(RemotePythonError, match="nosuch/1"):
        open_channel(config_for(module_loads=["nosuch/1"]))


@pytest.mark.parametrize("which", ["3.6", "versioned:3.9", "platform:3.6"])
def test_python_is_found_under_whatever_name(config_for, faulty, which):
    faulty.set_python("login", which)
    try:
        channel = open_channel(config_for())

        assert f"{channel.hello.python[0]}.{channel.hello.python[1]}" == which.split(":")[-1]
        channel.close()
    finally:
        faulty.set_python("login", faulty.options.python)


def test_no_python_at_all_is_an_error_that_says_what_was_tried(config_for, faulty):
    faulty.set_python("login", "none")
    try:
        with pytest.raises(RemotePythonError, match="module_loads=") as raised:
            open_channel(config_for())

        assert "/usr/libexec/platform-python" in raised.value.where
    finally:
        faulty.set_python("login", faulty.options.python)


@pytest.mark.parametrize(
    ("python", "why"), [("/usr/bin/nosuch", "not there"), ("/bin/ls", "no Python")], ids=["missing", "no python"]
)
def test_a_python_that_was_asked_for_and_is_none_is_named(config_for, python, why):
    with pytest.raises(RemotePythonError, match=why) as raised:
        open_channel(config_for(python_executable=python))

    assert python in raised.value.what


@pytest.mark.parametrize(
    ("host", "words", "kind", "what"),
    [
        ("hpc-bob", {}, AuthenticationError, "password"),
        ("hpc-refused", {}, AuthenticationError, "keys"),
        ("hpc-changed-key", {}, HostKeyError, "not the one that is known"),
        ("hpc-unknown-key", {}, HostKeyError, "not known yet"),
        ("hpc-noroute", {"ssh_options": ["ConnectTimeout=1"]}, ConnectError, "does not answer|no way"),
        ("hpc", {"cluster_port": 23}, ConnectError, "refuses"),
        ("nosuch.invalid", {}, ConnectError, "no host"),
        ("hpc", {"ssh_options": ["Nosuch=1"]}, ConnectError, "option"),
    ],
)
def test_who_is_turned_away_is_told_why_at_once(config_for, host, words, kind, what):
    began = time.monotonic()

    with pytest.raises(kind, match=what):
        open_channel(config_for(host, **words))

    # Without the 30 s that a host which does not answer is given.
    assert time.monotonic() - began < 10
