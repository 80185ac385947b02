"""A client that dies at every step of a call: whoever returns gets the value, and the function has run once."""

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.errors import ConnectionLostError, JobError
from clustrix.schedulers.slurm import SlurmScheduler
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

CALL = """
import clustrix
from tests.faults import steps
from tests.slurm import on_nodes

steps.STEPS[{step!r}]()
clustrix.cluster(on_nodes.count_runs)({mark!r})
"""
LARGE_CALL = """
import clustrix
from tests.faults import steps

steps.STEPS[{step!r}]()
clustrix.cluster(len)(bytes(range(256)) * 4096 * 32)
"""


@pytest.mark.parametrize(
    "step", ["when_it_is_answered", "while_it_runs", "when_its_value_arrives", "when_it_cleans_up"]
)
def test_a_client_that_is_killed_after_its_submission_loses_nothing(cluster, client, remote, step):
    killed = client(CALL.format(step=step, mark=f"/home/alice/{step}"))
    killed.wait_killed()

    with cluster():
        assert clustrix.attach(killed.key()).result(60) == 1
    assert remote.runs(step) == 1


def test_a_client_that_is_killed_while_sbatch_runs_loses_nothing(cluster, client, remote, faulty):
    faulty.pause_slurmctld()
    killed = client(CALL.format(step="when_its_value_arrives", mark="/home/alice/in-sbatch"))
    key = killed.key()
    wait_until(lambda: remote.pids("^sbatch"), 60, "sbatch runs")
    killed.kill()
    faulty.resume_slurmctld()

    with cluster():
        assert clustrix.attach(key).result(60) == 1
    assert remote.runs("in-sbatch") == 1


def test_a_client_that_is_killed_before_it_sent_anything_has_started_nothing(cluster, client, remote):
    killed = client(CALL.format(step="before_anything_is_sent", mark="/home/alice/nothing"))
    killed.wait_killed()

    with cluster(), pytest.raises(JobError, match="there is no job"):
        clustrix.attach(killed.key())
    assert remote.runs("nothing") == 0


def test_a_client_that_is_killed_while_it_sends_leaves_nothing_behind(client, remote):
    killed = client(LARGE_CALL.format(step="while_it_is_being_sent"))
    killed.wait_killed()
    killed.key()

    wait_until(lambda: not remote.agents(), 60, "its agent has ended")
    assert not [each.name for each in remote.path(".clustrix/jobs").glob(".*")]


def test_a_submission_of_which_only_the_folder_is_left_is_told(cluster, monkeypatch):
    monkeypatch.setattr(SlurmScheduler, "submit_argv", lambda *_: ["sh", "-c", "kill -9 $PPID"])
    with cluster():
        future = clustrix.cluster(on_nodes.double).submit(1)
        assert isinstance(future.exception(60), ConnectionLostError)

        with pytest.raises(JobError, match="its submission was interrupted"):
            clustrix.attach(future.key)
