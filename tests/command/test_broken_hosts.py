"""``check`` against hosts that lack something: the step that fails, and what it says to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def broken(testbed, breaking: str, mending: str) -> Iterator[None]:
    testbed.exec("login", ["sh", "-c", breaking])
    try:
        yield
    finally:
        testbed.exec("login", ["sh", "-c", mending])


def last_of(said):
    return said.json["findings"][-1]


def test_an_address_that_nobody_has(far):
    last = last_of(far("check", "hpc-noroute", "--json"))

    assert (last["tried"], last["verdict"]) == ("login", "failed")
    assert "no way to hpc-noroute" in last["found"] or "does not answer" in last["found"]
    assert "VPN" in last["hint"]


def test_a_host_without_a_scheduler_runs_calls_itself_and_that_is_noted(far, testbed):
    programs = "/usr/bin/sbatch /usr/bin/qsub"
    with broken(testbed, f"chmod -x {programs}", f"chmod +x {programs}"):
        said = far("check", "hpc", "--json")

    assert said.status == 0, said.out
    scheduler, job = said.json["findings"][-2:]
    assert (scheduler["tried"], scheduler["verdict"]) == ("scheduler", "note")
    assert "processes of the login node itself" in scheduler["found"]
    assert "module_loads" in scheduler["hint"]
    assert "ran on login.hpc.test" in job["found"]


def test_a_scheduler_that_does_not_answer(far, testbed):
    file = "/etc/slurm/slurm.conf"
    with broken(testbed, f"mv {file} {file}.away", f"mv {file}.away {file}"):
        said = far("check", "hpc", "--json")

    assert said.status == 1
    assert (last_of(said)["tried"], last_of(said)["verdict"]) == ("scheduler", "failed")
    assert last_of(said)["found"].startswith("slurm does not answer\nsinfo -h said: ")
    assert 'cluster_type="ssh"' in last_of(said)["hint"]


def test_nodes_without_the_login_nodes_python(far, faulty):
    for node in ("s17", "s18"):
        faulty.set_python(node, "none")

    said = far("check", "hpc", "--json")

    assert said.status == 1
    assert (last_of(said)["tried"], last_of(said)["verdict"]) == ("a real job", "failed")
    assert "not found" in last_of(said)["found"]
    assert "python_executable=" in last_of(said)["hint"]
