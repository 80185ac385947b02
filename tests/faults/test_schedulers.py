"""The scheduler forgets, or starts again what has run: the function runs once, unless more was allowed."""

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.errors import JobError
from tests.faults.test_connections import let_go, running
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

count_runs = clustrix.cluster(on_nodes.count_runs)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)


def test_a_scheduler_that_is_set_back_to_an_older_state_runs_nothing_twice(cluster, faulty, remote, monkeypatch):
    monkeypatch.setattr("clustrix.scheduler_poll.SHORTEST_SECONDS", 1.0)
    with cluster(slurm={"begin": "now+6"}):
        ended, runs = count_runs.submit("/home/alice/ended"), wait_for_file.submit("/home/alice/runs")
        wait_until(lambda: ended.job_id and runs.job_id, 60, "both are in the queue")
        faulty.keep_slurmctld()
        assert ended.result(60) == 1
        running(runs)
        faulty.set_slurmctld_back()
        wait_until(lambda: not {"PENDING", "RUNNING"} & {*remote.states(ended.job_id)}, 60, "it has no second run")
        let_go(remote, "runs")
        error = runs.exception(60)

    assert error is None or isinstance(error, JobError)
    wait_until(lambda: not remote.queue(), 60, "no other job waits or runs")
    assert remote.runs("ended") == 1
    assert remote.runs("runs.runs") == 1


def test_a_job_that_is_requeued_runs_again_only_if_that_was_allowed(cluster, faulty, remote):
    with cluster():
        once = running(wait_for_file.submit("/home/alice/requeued"))
        more = running(wait_for_file.options(slurm={"requeue": True}).submit("/home/alice/requeued-often"))
        wait_until(lambda: remote.runs("requeued.runs") == remote.runs("requeued-often.runs") == 1, 60, "both ran once")
        for future in (once, more):
            faulty.exec("login", ["scontrol", "requeue", future.job_id], check=False)
        wait_until(lambda: remote.states(more.job_id) == ["PENDING"], 60, "it waits to run again")
        for mark in ("requeued", "requeued-often"):
            let_go(remote, mark)

        assert once.result(60) == 1
        assert more.result(60) == 2
