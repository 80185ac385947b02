"""``ssh-setup`` with a real sshd: bob types his password into ssh, through a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from testbed import Testbed

from tests.command.conftest import Command, make_command


@dataclass
class Terminal:
    """Runs the command with a controlling terminal, at which somebody answers what is asked."""

    command: Command

    def __call__(self, *words: str, answers: dict[str, str], limit_seconds: float = 60) -> tuple[int, str]:
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.command.folder)
            os.execve(sys.executable, [sys.executable, "-m", "clustrix.cli", *words], self.command.environment)
        shown, asked = "", 0
        end = time.monotonic() + limit_seconds
        while True:
            assert time.monotonic() < end, shown
            if not select.select([master], [], [], 0.2)[0]:
                continue
            try:
                shown += os.read(master, 65536).decode()
            except OSError:  # the other end is closed
                break
            for question, answer in answers.items():
                if question in shown[asked:]:
                    asked = len(shown)
                    os.write(master, f"{answer}\n".encode())
                    break
        os.close(master)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown


@pytest.fixture
def bob(tmp_path: Path, testbed: Testbed) -> Iterator[Command]:
    """The command, with an ssh_config of bob's that names a key which is not there yet."""
    bed = testbed
    (tmp_path / "ssh_config").write_text(
        f"""\
Host bobs
  HostName {bed.login_address}
  User bob
  HostKeyAlias login.hpc.test
  UserKnownHostsFile {bed.known_hosts}
  GlobalKnownHostsFile /dev/null
  IdentityFile {tmp_path}/keys/id_ed25519
  IdentitiesOnly yes
  NumberOfPasswordPrompts 1
"""
    )
    command = make_command(tmp_path, {"CLUSTRIX_SSH_CONFIG": str(tmp_path / "ssh_config")})
    bed.exec("login", ["rm", "-f", "/home/bob/.ssh/authorized_keys"])
    yield command
    bed.exec("login", ["rm", "-f", "/home/bob/.ssh/authorized_keys"])


def authorized(testbed):
    return testbed.path("login", "/home/bob/.ssh/authorized_keys")


def test_a_key_is_made_and_installed_by_a_password_that_only_ssh_is_told(bob, testbed):
    password, at_terminal = testbed.password(), Terminal(bob)
    testbed.exec("login", ["sh", "-c", "printf '# no end' > ~/.ssh/authorized_keys"], user="bob")
    answers = {"passphrase": "", "bob@": password}

    status, shown = at_terminal("ssh-setup", "bobs", answers=answers)

    assert status == 0, shown
    public = (bob.folder / "keys/id_ed25519.pub").read_text()
    assert authorized(testbed).read_text() == f"# no end\n{public}"
    assert "ssh logs in to bobs without asking; next: clustrix check bobs" in shown
    assert password not in shown
    written = [path for path in bob.folder.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]
    assert written == []
    assert bob("run", "script.py:add", "1", "-s", "cluster_host=bobs", "-s", "cluster_type=ssh").out == "adding\n2\n"

    again = bob("ssh-setup", "bobs")

    assert (again.status, again.out) == (0, "ssh logs in to bobs without asking: there is nothing to do\n")
    assert authorized(testbed).read_text().count("ssh-ed25519") == 1


def test_a_wrong_password_is_ssh_s_to_refuse_and_leaves_a_key_to_try_again_with(bob, testbed):
    status, shown = Terminal(bob)("ssh-setup", "bobs", answers={"passphrase": "", "bob@": "wrong"})

    assert status == 3
    assert "Permission denied" in shown
    assert "the key was not installed on bobs" in shown
    assert "Traceback" not in shown
    assert (bob.folder / "keys/id_ed25519").exists()


def test_a_key_with_a_passphrase_needs_an_agent_and_that_is_said(bob, testbed):
    (bob.folder / "keys").mkdir()
    key = bob.folder / "keys/id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret words", "-f", str(key)], check=True)

    status, shown = Terminal(bob)("ssh-setup", "bobs", answers={"for key": "", "bob@": testbed.password()})

    assert status == 3, shown
    assert f"ssh-add {key}" in " ".join(shown.split())


def test_without_a_terminal_it_says_that_ssh_cannot_ask(bob):
    done = subprocess.run(
        [sys.executable, "-m", "clustrix.cli", "ssh-setup", "bobs", "-s", f"key_file={bob.folder}/mine"],
        cwd=bob.folder, env=bob.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        start_new_session=True, check=False,
    )  # fmt: skip

    assert done.returncode == 3
    assert "there is no terminal" in done.stderr
    assert not (bob.folder / "mine").exists()


@pytest.mark.parametrize(
    ("host", "words"), [("hpc-changed-key", "not the one that is known"), ("nosuch.invalid", "there is no host")]
)
def test_what_no_key_can_help_is_told_and_nothing_is_made(tmp_path, testbed, host, words):
    command = make_command(tmp_path, {"CLUSTRIX_SSH_CONFIG": str(testbed.ssh_config)})

    said = command("ssh-setup", host)

    assert said.status == 3
    assert words in said.err
