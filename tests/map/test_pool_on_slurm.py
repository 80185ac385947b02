"""A warm pool on a real Slurm behind ssh: its environment is built there, its workers are jobs, nobody else gets in."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from testbed import Testbed

import clustrix
from clustrix.connection import close_all, ssh
from clustrix.errors import RemotePythonError
from clustrix.warm_pool import Pool
from tests.map import functions
from tests.waiting import wait_until

#: How a peer of ZeroMQ's protocol (ZMTP 3.0) begins: now the other side says by which mechanism it lets anybody in.
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00"
OLD_PYTHON = "/opt/python/3.6.15/bin/python3"


@pytest.fixture(scope="module")
def pool(testbed: Testbed) -> Iterator[Pool]:
    """Two workers on the test cluster, each on a node of its own, for functions of Python 3.6."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssh, "has_terminal", lambda: False)
        words: dict[str, Any] = {
            "cluster_host": "hpc",
            "ssh_config": str(testbed.ssh_config),
            "python_executable": OLD_PYTHON,
        }
        with clustrix.using(**words), clustrix.pool(workers=2, cores=5, retries=2, time="00:10:00") as opened:
            yield opened
    close_all()


def jobs_of_alice(testbed: Testbed) -> str:
    return testbed.exec("login", ["squeue", "--noheader", "-u", "alice", "-o", "%i %T"]).stdout


def test_workers_are_jobs_and_functions_run_in_their_own_python(pool, testbed):
    def where(x: int) -> tuple[tuple[int, int], str, int]:
        import platform
        import sys

        return tuple(sys.version_info[:2]), platform.node(), x * x  # type: ignore[return-value]

    told = list(pool.map(where, range(50)))
    assert [x for _, _, x in told] == [x * x for x in range(50)]
    assert {version for version, _, _ in told} == {(3, 6)}
    assert all(node.endswith("nodes.hpc.test") for _, node, _ in told)
    assert jobs_of_alice(testbed).count("_") == 2


def test_nothing_listens_that_takes_anybody_without_a_key(pool, testbed):
    assert pool.submit(functions.square, 2).result(60) == 4
    ports = listening(testbed, "login")
    assert ports, "an engine that nobody can reach is not what is tested here"
    for port in ports:
        assert "CURVE" in greeted(testbed, port), port
    assert not listening(testbed, "s17")


def listening(testbed: Testbed, node: str) -> list[int]:
    """The ports on which processes of alice's Python listen."""
    said = testbed.exec(node, ["ss", "-Hltnp"]).stdout
    return [int(port) for port in re.findall(r":(\d+)\s[^\n]*python", said)]


def greeted(testbed: Testbed, port: int) -> str:
    """What another user of the login node is answered there: the first 64 bytes."""
    code = f"""
        import socket, sys
        for address in ("127.0.0.1", "login"):
            try:
                s = socket.create_connection((address, {port}), 10)
            except OSError:
                continue
            s.settimeout(10)
            s.sendall({GREETING!r})
            got = b""
            while len(got) < 64:
                part = s.recv(64)
                if not part:
                    break
                got += part
            sys.stdout.write(repr(got))
            break
    """
    python = ["/opt/python/3.9.18/bin/python3", "-c", textwrap.dedent(code)]
    return testbed.exec("login", python, user="bob").stdout


def test_another_user_can_read_nothing_of_it(pool, testbed):
    folder = f"/home/alice/.clustrix/pools/{pool.key}"
    assert testbed.exec("login", ["ls", folder], user="alice").stdout
    assert testbed.exec("login", ["ls", folder], user="bob", check=False).returncode


def test_calls_of_workers_whose_node_dies_or_that_somebody_cancels_are_made_by_others(pool, faulty):
    def linger_once(marker: str) -> str:
        import os
        import platform
        import time

        if os.path.exists(marker):
            return "made by another"
        with open(marker + ".new", "w") as stream:
            stream.write(platform.node().partition(".")[0])
        os.rename(marker + ".new", marker)
        time.sleep(600)
        return "made by the first"

    markers = ["/scratch/lingers-1", "/scratch/lingers-2"]
    futures = [pool.submit(linger_once, marker) for marker in markers]
    nodes = [faulty.path("login", marker) for marker in markers]
    wait_until(lambda: all(node.exists() for node in nodes), 60)
    dies, lives = (node.read_text() for node in nodes)
    assert dies != lives
    faulty.kill_node(dies)
    faulty.exec("login", ["scancel", "-u", "alice", "-w", lives])
    assert [future.result(150) for future in futures] == ["made by another"] * 2
    # It may have been given to the other one before that one's end was found out.
    assert all(future.retried in (1, 2) for future in futures)


def test_workers_end_when_their_client_is_gone(testbed, tmp_path):
    program = tmp_path / "client.py"
    program.write_text(
        textwrap.dedent(
            f"""
            import os, signal, clustrix
            with clustrix.using(cluster_host="hpc", ssh_config={str(testbed.ssh_config)!r}):
                pool = clustrix.pool(workers=1, name="orphan")
                print(pool.submit(abs, -3).result(120), flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
            """
        )
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=300, check=False)
    assert (done.stdout, done.returncode) == ("3\n", -signal.SIGKILL)
    names = ["squeue", "--noheader", "-u", "alice", "-n", "orphan"]
    wait_until(lambda: not testbed.exec("login", names).stdout.strip(), 60)


def test_a_cluster_without_a_recent_python_is_told(testbed, monkeypatch):
    monkeypatch.setattr("clustrix.pool_engine.FIRST_PYTHON", (3, 90))
    monkeypatch.setattr("clustrix.pool_engine.PYTHON_AFTER", (3, 91))
    with (
        clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config)),
        pytest.raises(RemotePythonError, match=r"a pool needs a Python from 3\.90 on"),
    ):
        clustrix.pool()
