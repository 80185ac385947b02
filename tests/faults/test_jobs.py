"""What happens to a job, its node, its disk and its outcome: a value, or an error that says what it was."""

import os

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.errors import JobCancelledError, JobFailedError, ResultError
from tests.faults.test_connections import let_go, running
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

double = clustrix.cluster(on_nodes.double)
echo = clustrix.cluster(on_nodes.echo)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)

RETURN_LATER = """
import clustrix
from tests.faults import steps
from tests.slurm import on_nodes
steps.STEPS["while_it_runs"]()
clustrix.cluster(on_nodes.double)(21)
"""


@pytest.fixture
def ended_job(client, remote):
    """The key of a job that has ended while nobody listened."""
    killed = client(RETURN_LATER)
    killed.wait_killed()
    key = killed.key()
    wait_until((remote.job(key) / "outcomes/0.exit").exists, 60, "it has ended")
    return key


# ---------------------------------------------------------------------------------------------------------- outcomes


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda data: data[:40], "cut off"),
        (lambda data: data[:-1], "signature"),
        (lambda data: data[:-1] + b"\x00", "signature"),
        (lambda data: data.replace(data.splitlines()[1], b"0" * 64), "signature"),
        (lambda data: b"", "cut off"),
    ],
    ids=["short", "a byte less", "a byte changed", "wrong signature", "empty"],
)
def test_an_outcome_that_is_not_what_the_job_wrote_is_an_error(cluster, ended_job, remote, damage, told):
    outcome = remote.job(ended_job) / "outcomes/0"
    outcome.write_bytes(damage(outcome.read_bytes()))

    with cluster(), pytest.raises(ResultError, match=told):
        clustrix.attach(ended_job).result(60)


def test_an_outcome_of_another_user_is_not_taken(cluster, ended_job, remote):
    outcome = remote.job(ended_job) / "outcomes/0"
    os.chown(outcome, outcome.stat().st_uid + 1, -1)
    outcome.chmod(0o644)

    with cluster(), pytest.raises(PermissionError, match="belongs to another user"):
        clustrix.attach(ended_job).result(60)


def test_two_programs_that_return_at_once_both_get_the_value(cluster, client, remote):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/two"))
        code = f"import clustrix; f = clustrix.attach({future.key!r}); print('there', flush=True); print(f.result(60))"
        others = [client(code), client(code)]
        assert [each.process.stdout.readline() for each in others] == ["there\n"] * 2
        let_go(remote, "two")

        assert future.result(60) == 1
        assert [each.process.communicate(timeout=60) for each in others] == [("1\n", "")] * 2


# ------------------------------------------------------------------------------------------------------------ deaths


def test_a_job_that_is_cancelled_from_outside_while_the_network_is_cut_is_told_afterwards(cluster, faulty):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/cancelled"))
        faulty.cut()
        faulty.exec("login", ["scancel", future.job_id])
        faulty.mend()

        assert isinstance(future.exception(60), JobCancelledError)


def test_a_job_all_of_whose_processes_are_killed_at_once_is_an_error(cluster, testbed, monkeypatch):
    monkeypatch.setattr("clustrix.scheduler_poll.SHORTEST_SECONDS", 1.0)
    monkeypatch.setattr("clustrix.scheduler_poll.STARTED_SECONDS", 1.0)
    with cluster():
        future = running(wait_for_file.submit("/home/alice/all-of-it"))
        node = future.status().node.split(".")[0]
        testbed.exec(node, ["pkill", "-KILL", "-u", "alice"])
        error = future.exception(60)

    assert isinstance(error, JobFailedError)
    assert error.signal == "SIGKILL"


def test_a_job_that_is_killed_as_a_whole_for_its_memory_is_named_so(cluster, testbed, monkeypatch):
    if not testbed.cgroups:
        pytest.skip("Slurm cannot tell here why a job ended")
    monkeypatch.setattr("clustrix.scheduler_poll.SHORTEST_SECONDS", 1.0)
    with cluster(memory="50MB"):
        error = clustrix.cluster(on_nodes.eat_memory_alone).submit(300).exception(60)

    assert isinstance(error, JobFailedError)
    assert error.kind == "OUT_OF_MEMORY"


# ------------------------------------------------------------------------------------------------------------- disks


def test_a_disk_that_is_full_at_the_submission_is_told(cluster, faulty, small_disk):
    faulty.fill("small")
    with cluster(remote_work_dir=small_disk):
        error = double.submit(1).exception(60)

    assert isinstance(error, OSError)
    assert "No space left on device" in str(error)
    assert small_disk in str(error)


def test_a_value_for_which_the_disk_has_no_room_is_an_error_that_says_so(cluster, small_disk):
    with cluster(remote_work_dir=small_disk), pytest.raises(JobFailedError) as raised:
        clustrix.cluster(on_nodes.zeros)(40)

    assert "No space left on device" in str(raised.value)


def test_a_disk_that_takes_no_more_files_is_told_at_the_submission(cluster, testbed, small_disk):
    testbed.renew_small(inodes=4)
    with cluster(remote_work_dir="/scratch/small"):
        error = double.submit(1).exception(60)
        assert isinstance(error, OSError)
        assert "No space left on device" in str(error)
        testbed.renew_small()

        assert double(3) == 6


def test_a_disk_that_becomes_full_while_the_function_runs_is_an_error(cluster, faulty, small_disk, remote):
    with cluster(remote_work_dir=small_disk):
        future = running(wait_for_file.submit("/home/alice/filled"))
        faulty.fill("small")
        let_go(remote, "filled")
        error = future.exception(60)

    assert isinstance(error, JobFailedError)


def test_a_full_home_is_told_and_the_next_call_works(cluster, faulty):
    # The folder of the first call shall not give its space back.
    with cluster(cleanup_on_success=False):
        assert double(1) == 2
        faulty.fill("home")
        error = double.submit(1).exception(60)
        assert isinstance(error, OSError)
        assert "No space left on device" in str(error)
        faulty.unfill("home")

        assert double(2) == 4


# -------------------------------------------------------------------------------------------------------------- many


#: Importing once for all leaves the time to what is at stake: so many connections, agents and submissions at once.
FIFTY = """
import os, sys
import clustrix
from tests.slurm import on_nodes
call = clustrix.cluster(on_nodes.double)
call(0)
clustrix.connection.close_all()
for number in range(50):
    if not os.fork():
        try:
            print(f"{number} {call(number)}\\n", end="", flush=True)
        finally:
            clustrix.connection.close_all()
            sys.stdout.flush()
            os._exit(0)
for _ in range(50):
    os.wait()
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_fifty_clients_at_once_are_each_answered(client, remote):
    told, errors = client(FIFTY).process.communicate(timeout=200)

    assert sorted(told.splitlines()) == sorted(f"{number} {2 * number}" for number in range(50)), errors
    wait_until(lambda: not remote.agents() and not remote.queue(), 60, "nothing of theirs is left")
