"""The command with a Slurm cluster behind ssh: the host is named once, when a job is submitted."""

import pytest

from tests.command.conftest import wait_for

FAR = ', cluster_host="hpc"'


def test_jobs_submitted_to_a_host_are_found_without_naming_it(far):
    done = far.submit("host()", FAR)
    waiting = far.submit("add(1)", FAR + ', slurm={"begin": "now+1hour"}')
    assert far("wait", done).status == 0

    rows = {row["key"]: row for row in far.rows()}

    assert rows[done]["node"].endswith(".nodes.hpc.test")
    assert rows[waiting]["state"] == "pending"
    assert rows[waiting]["reason"] == "waiting for its begin time"
    assert far("result", done).out.strip("'\n") == rows[done]["node"]
    assert far("cancel", waiting).status == 0
    assert far("status", waiting).status == 1
    said = far("status")
    assert said.out.splitlines()[0] == "hpc"
    assert max(map(len, said.out.splitlines())) <= 80


def test_from_another_machine_one_names_the_host(far):
    key = far.submit("add(1)", FAR)
    far("wait", key)
    (far.folder / "state/clustrix/jobs.jsonl").unlink()

    assert far("result", key).status == 3
    assert far("result", key, "-s", "cluster_host=hpc").out == "2\n"
    assert far("logs", key, "-s", "cluster_host=hpc").out == "adding\n"


def test_cleaning_takes_a_waiting_job_out_of_the_queue_only_by_force(far, testbed):
    key = far.submit("add(1)", FAR + ', slurm={"begin": "now+1hour"}')
    wait_for(lambda: far.rows()[0]["state"] == "pending")

    assert "1 pending" in far("clean", key).out
    assert "removed 1 job" in far("clean", key, "--force").out

    assert not testbed.exec("login", ["squeue", "-h", "-u", "alice", "-t", "pending"]).stdout.strip()


def test_check_ends_with_a_job_on_a_compute_node(far):
    said = far("check", "hpc")

    assert said.status == 0, said.out
    assert "alice@" in said.out
    assert "slurm 22.05" in said.out
    assert "main (default, at most 1:00:00)" in said.out
    assert "ran on s1" in said.out.splitlines()[-1]
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("host", "tried", "words"),
    [
        ("hpc-refused", "login", "none of our keys"),
        ("hpc-changed-key", "login", "not the one that is known"),
        ("hpc-unknown-key", "login", "is not known yet"),
        ("hpc-bob", "login", "wants a password"),
        ("no-such-host.invalid", "login", "there is no host"),
    ],
)
def test_check_names_what_is_wrong_and_what_to_do(far, host, tried, words):
    said = far("check", host, "--json")

    assert said.status == 1
    last = said.json["findings"][-1]
    assert (last["tried"], last["verdict"]) == (tried, "failed")
    assert words in last["found"]
    assert last["hint"]


@pytest.mark.parametrize("host", ["hpc-carol", "hpc-dave", "hpc-noisy", "jump"])
def test_check_finds_nothing_wrong_with_odd_shells_and_jump_hosts(far, host):
    said = far("check", host, "--json")

    assert said.status == 0, said.out
    assert said.json["findings"][-1]["tried"] == "a real job"


def test_check_names_a_host_without_python(far, faulty):
    faulty.set_python("login", "none")

    said = far("check", "hpc")

    assert said.status == 1
    assert "no Python 3.6 or newer" in " ".join(said.out.split())


def test_init_offers_the_hosts_of_ssh_config_and_writes_what_was_chosen(far, testbed):
    hosts = [line.split()[1] for line in testbed.ssh_config.read_text().splitlines() if line.startswith("Host ")]
    number = 1 + [host for host in hosts if "*" not in host].index("hpc")

    said = far("init", "-s", f"ssh_config={testbed.ssh_config}", answers=f"{number}\nlnog\nlong\n~\ny\n")

    assert said.status == 0, said.out + said.err
    assert "there is no partition 'lnog'" in said.out
    written = (far.folder / "config/clustrix/config.toml").read_text()
    assert 'cluster_host = "hpc"' in written
    assert 'partition = "long"' in written
    assert far("run", "script.py:host").out.startswith("'s1")


def test_init_writes_nothing_where_the_login_fails(far):
    assert far("init", "hpc-refused", "--yes").status == 1
    assert not (far.folder / "config").exists()
