"""The command line that ssh gets, and the one that the login shell gets from it."""

import itertools
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clustrix.config import ClusterConfig
from clustrix.connection import ssh
from clustrix.connection.remote_python import remote_command
from clustrix.connection.ssh import ssh_argv
from clustrix.connection.ssh_failures import explain_failure
from clustrix.errors import ConfigError, RemotePythonError
from clustrix.shell import quote_for_any_shell

LOADER = 'import sys;sys.stdout.write("loaded %d.%d" % sys.version_info[:2])'
SHELLS = [shell for shell in ("sh", "bash", "dash", "tcsh", "csh", "zsh") if shutil.which(shell)]


def argv_for(tmp_path: Path, text: str = "", **words: Any) -> list[str]:
    (tmp_path / "config").write_text(text)
    config = ClusterConfig(cluster_host="hpc", ssh_config=str(tmp_path / "config"), **words)
    return ssh_argv(config, "the command", may_ask=False)


def options(argv: list[str]) -> list[str]:
    return [value for flag, value in itertools.pairwise(argv) if flag == "-o"]


def test_the_host_is_the_last_word_before_the_command_and_no_option(tmp_path):
    assert argv_for(tmp_path)[-3:] == ["--", "hpc", "the command"]


def test_port_user_key_and_further_options_are_given_as_ssh_wants_them(tmp_path):
    argv = argv_for(
        tmp_path, cluster_port=2222, username="alice", key_file="/keys/id", ssh_options=("ProxyJump=gateway",)
    )

    line = shlex.join(argv)
    assert "-p 2222 -l alice -i /keys/id -o IdentitiesOnly=yes -o ProxyJump=gateway" in line


def test_without_a_terminal_ssh_fails_instead_of_asking(tmp_path):
    assert "BatchMode=yes" in options(argv_for(tmp_path))


def test_with_a_terminal_ssh_may_ask(tmp_path):
    config = ClusterConfig(cluster_host="hpc", ssh_config="/dev/null")

    assert "BatchMode=yes" not in ssh_argv(config, "true", may_ask=True)


def test_a_dead_connection_is_noticed_by_default(tmp_path):
    assert "ServerAliveInterval=15" in options(argv_for(tmp_path))


def test_what_the_users_configuration_says_about_it_wins(tmp_path):
    argv = argv_for(tmp_path, "Host hpc\n  ServerAliveInterval 77\n  ConnectTimeout 3\n")

    assert not [option for option in options(argv) if "Alive" in option or "Timeout" in option]


def ciphers(argv: list[str]) -> list[str]:
    """What ssh makes of a command line."""
    told = subprocess.run(
        [*argv[argv.index("-T") - 1 : -3], "-G", *argv[-3:-1]], capture_output=True, text=True, check=True
    )
    return next(line for line in told.stdout.splitlines() if line.startswith("ciphers ")).split()[1].split(",")


def test_the_cipher_that_the_processor_computes_itself_comes_first_among_the_same_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(ssh, "_computes_aes", lambda: False)
    default = ciphers(argv_for(tmp_path))
    monkeypatch.setattr(ssh, "_computes_aes", lambda: True)
    ours = ciphers(argv_for(tmp_path))

    assert ours[0] == "aes128-gcm@openssh.com"
    assert sorted(ours) == sorted(default)


def test_ciphers_that_somebody_has_chosen_are_left_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(ssh, "_computes_aes", lambda: True)
    chosen = "Host hpc\n  Ciphers aes256-ctr,chacha20-poly1305@openssh.com\n"

    assert ciphers(argv_for(tmp_path, chosen)) == ["aes256-ctr", "chacha20-poly1305@openssh.com"]
    assert ciphers(argv_for(tmp_path, ssh_options=("Ciphers=aes128-ctr",))) == ["aes128-ctr"]


def test_a_remote_command_of_the_users_configuration_is_put_aside(tmp_path):
    assert "RemoteCommand=none" in options(argv_for(tmp_path, "Host hpc\n  RemoteCommand tmux attach\n"))


@pytest.mark.parametrize("host", ["-oProxyCommand=touch /tmp/x", "two words", "line\nbreak"])
def test_a_host_that_would_be_an_option_or_two_words_is_refused(host):
    with pytest.raises(ConfigError, match="cluster_host"):
        ssh_argv(ClusterConfig(cluster_host=host), "true")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", ["it's", "a!b", 'say "x"', "$HOME `id` \\ *", "!!", "üñ"])
def test_every_login_shell_reads_a_quoted_word_as_it_was(shell, text):
    command = "printf %s " + quote_for_any_shell(text)

    answer = subprocess.run([shell, "-c", command], capture_output=True, text=True, check=True)

    assert answer.stdout == text


def test_a_line_break_cannot_be_quoted_for_every_shell():
    with pytest.raises(ValueError, match="one line"):
        quote_for_any_shell("one\ntwo")


def run_remote_command(shell: str, config: ClusterConfig, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(shutil.which(shell)), "-c", remote_command(config, LOADER)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": path, "HOME": "/nonexistent"},
    )


@pytest.fixture
def only(tmp_path):
    """A PATH on which nothing is but what is put there."""
    for name in ("sh", "bash"):
        (tmp_path / name).symlink_to(shutil.which(name))

    def put(name, script=None):
        target = tmp_path / name
        if script is None:
            script = f'exec {sys.executable} "$@"'
        target.write_text(f"#!/bin/sh\n{script}\n")
        target.chmod(0o755)
        return str(tmp_path)

    return put


@pytest.mark.parametrize("shell", SHELLS)
def test_the_loader_is_run_by_python3_from_every_login_shell(shell, only):
    answer = run_remote_command(shell, ClusterConfig(cluster_host="hpc"), only("python3"))

    assert answer.stdout == f"loaded {sys.version_info[0]}.{sys.version_info[1]}"


def test_a_versioned_python_is_found_where_there_is_no_python3(only):
    answer = run_remote_command("sh", ClusterConfig(cluster_host="hpc"), only("python3.11"))

    assert answer.stdout.startswith("loaded 3")


def test_a_python3_that_is_too_old_or_broken_is_passed_over(only):
    only("python3", "echo 3.5.2; exit 1")
    only("python3.12", "echo no such version >&2; exit 127")

    answer = run_remote_command("sh", ClusterConfig(cluster_host="hpc"), only("python3.9"))

    assert answer.stdout.startswith("loaded 3")


def test_where_all_are_too_old_the_error_names_each_and_what_it_is(only):
    only("python3", "echo 3.5.2; exit 1")
    config = ClusterConfig(cluster_host="hpc")
    # The machine of the test has good ones at places that are not on PATH.
    answer = run_remote_command("sh", config, only("python", "echo 2.7.18; exit 1"))
    if answer.returncode == 0:
        pytest.skip("this machine has a /usr/libexec/platform-python")

    error = explain_failure(config, answer.returncode, "Welcome!\n" + answer.stderr)

    assert isinstance(error, RemotePythonError)
    assert "python3: 3.5.2" in error.what
    assert "python: 2.7.18" in error.what
    assert "python3.14 to python3.6" in error.where


def test_a_python_that_was_asked_for_is_the_only_one_tried(only):
    only("python3")
    config = ClusterConfig(cluster_host="hpc", python_executable="python3.99")

    answer = run_remote_command("sh", config, only("python3"))

    error = explain_failure(config, answer.returncode, answer.stderr)
    assert "python3.99" in error.what
    assert "not there" in error.what


def test_a_home_folder_in_a_pythons_path_is_that_of_the_cluster(only, tmp_path):
    only("python3")
    config = ClusterConfig(cluster_host="hpc", python_executable="~/python3")

    command = remote_command(config, LOADER)

    answer = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=True, env={"PATH": "/bin", "HOME": str(tmp_path)}
    )
    assert answer.stdout.startswith("loaded")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_does_not_end_the_connection(tmp_path, monkeypatch):
    (tmp_path / "ssh").write_text("#!/bin/sh\ncase $* in *-G*) exit ;; esac\nkill -INT $$\necho alive\n")
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    argv = ssh_argv(ClusterConfig(cluster_host="hpc"), "true")

    assert subprocess.run(argv, capture_output=True, text=True, check=False).stdout == "alive\n"
