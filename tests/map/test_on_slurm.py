"""Maps on a real Slurm: arrays, limits, deaths of single tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from testbed import Testbed

import clustrix
from clustrix.array_plan import SiteLimits
from clustrix.config import current_config
from clustrix.connection import link_for
from clustrix.errors import JobCancelledError, JobFailedError
from clustrix.jobs import JobState
from clustrix.schedulers import scheduler_named
from clustrix.site_limits import learn_limits
from tests.map import functions
from tests.waiting import wait_until

square = clustrix.cluster(functions.square)
eat = clustrix.cluster(functions.eat)
touch = clustrix.cluster(functions.touch)
wait_until_there = clustrix.cluster(functions.wait_until_there)


@pytest.mark.parametrize("chunksize", [1, 4])
def test_a_map_is_one_array(cluster, chunksize):
    with cluster():
        results = square.map(range(8), chunksize=chunksize)
        assert list(results) == [x * x for x in range(8)]
        tasks = [str(future.job_id) for future in results.futures]

    assert all(re.fullmatch(r"\d+_\d", name) for name in tasks)
    assert len({name.split("_")[0] for name in tasks}) == 1
    assert [name.split("_")[1] for name in tasks] == [str(x // chunksize) for x in range(8)]


def test_a_limit_that_only_sbatch_tells_is_learnt_from_its_refusal(cluster, monkeypatch):
    monkeypatch.setattr("clustrix.map_starting.learn_limits", lambda *_: SiteLimits())
    with cluster():
        results = square.map(range(1100), timeout=30)  # MaxArraySize is 1001
        wait_until(lambda: all(future.job_id for future in results.futures))
        jobs = {str(future.job_id).split("_")[0] for future in results.futures}
        results.cancel()

    assert len(jobs) == 2
    assert str(results.futures[550].job_id).endswith("_0")


def test_where_arrays_are_off_there_are_plain_jobs(cluster, monkeypatch):
    monkeypatch.setattr("clustrix.map_starting.learn_limits", lambda *_: SiteLimits(array_size=0))
    with cluster():
        results = square.map(range(3))
        assert list(results) == [0, 1, 4]

    assert len({future.job_id for future in results.futures}) == 3
    assert all(str(future.job_id).isdigit() for future in results.futures)


@pytest.fixture(params=["qos", "account", "partition"])
def two_at_most(request, testbed: Testbed) -> Iterator[dict[str, Any]]:
    """A limit that the site has set on the tasks of a user; gives what a call has to ask for to meet it."""
    account = ["user", "where", "name=alice", "account=lab", "set", "MaxSubmitJobs={}"]
    modify, words = {
        "qos": (["qos", "high", "set", "MaxSubmitJobsPerUser={}"], {"qos": "high"}),
        "account": (account, {"account": "lab"}),
        "partition": (["qos", "high", "set", "MaxSubmitJobsPerUser={}"], {"partition": "short"}),
    }[request.param]

    def limit(count: int, qos: str) -> None:
        testbed.exec("login", ["sacctmgr", "-i", "modify", *(word.format(count) for word in modify)])
        if request.param == "partition":
            testbed.exec("login", ["scontrol", "update", "PartitionName=short", f"QoS={qos}"])

    limit(2, "high")
    yield words
    limit(-1, "")


def test_no_more_tasks_are_submitted_than_the_site_allows(cluster, two_at_most):
    with cluster(**two_at_most):
        results = square.map(range(5))
        assert list(results) == [x * x for x in range(5)]
        link = link_for(current_config())
        assert learn_limits(link, scheduler_named("slurm"), current_config().resources) == SiteLimits(1001, 2)

    assert [str(future.job_id).partition("_")[2] for future in results.futures] == ["0", "1", "0", "1", ""]


def test_at_most_so_many_tasks_run_at_once_as_was_said(cluster, testbed):
    with cluster():
        results = clustrix.cluster(functions.wait_for).map(["/nowhere"] * 4, [1] * 4, max_parallel=2)
        wait_until(lambda: sum(future.running() for future in results.futures) == 2)
        shown = testbed.exec("login", ["squeue", "-h", "-r", "-t", "PD", "-u", "alice", "-o", "%r"]).stdout
        results.cancel()

    assert shown.split() == ["JobArrayTaskLimit"] * 2


def test_a_task_that_was_killed_is_told_by_its_kind_and_takes_no_other_along(cluster):
    with cluster():
        results = clustrix.cluster(functions.die_at).starmap(
            [(x, 1, "SIGKILL") for x in range(3)], return_exceptions=True, timeout=60
        )
        values = list(results)

    assert isinstance(values[1], JobFailedError)
    assert values[1].signal == "SIGKILL"
    assert [values[0][0], values[2][0]] == [0, 2]


def test_a_task_that_somebody_cancels_is_told_and_the_others_go_on(cluster, testbed, tmp_path):
    with cluster():
        results = clustrix.cluster(functions.wait_for).map(["/home/alice/go"] * 3, [1, 1, 0], timeout=60)
        wait_until(lambda: results.futures[0].running() and results.futures[2].done())
        testbed.exec("login", ["scancel", str(results.futures[0].job_id)], user="alice")
        assert isinstance(results.futures[0].exception(30), JobCancelledError)
        assert not results.futures[1].done()
        testbed.exec("login", ["touch", "/home/alice/go"], user="alice")
        assert results.futures[1].result(30) == 1
        testbed.exec("login", ["rm", "/home/alice/go"], user="alice")


def test_a_call_that_ran_out_of_memory_is_made_again_with_more(cluster):
    with cluster(memory="64MB..256MB"):
        future = eat.submit(100)
        assert future.result(60) == 100
        assert (future.retried, future.resources.memory_bytes) == (1, 128 << 20)
        with pytest.raises(JobFailedError) as caught:
            eat(400)
        # The kernel may kill a little below the limit.
        assert re.search(r"used 25[0-9.]+ MB of 256 MB asked for", str(caught.value))
        assert [note.partition(":")[0] for note in caught.value.__notes__[:2]] == ["attempt 1 of 3", "attempt 2 of 3"]

        results = eat.map([1, 100, 2, 110])
        assert list(results) == [1, 100, 2, 110]
        assert [each.retried for each in results.futures] == [0, 1, 0, 1]


def test_a_call_that_was_displaced_is_made_again(cluster):
    with cluster(partition="scavenge", cores=8, nodes=2, retries={"preemption": 1}):
        poor = wait_until_there.submit("/scratch/rich-was-here")
        wait_until(lambda: poor.status().state is JobState.RUNNING, 30)
    with cluster(cores=8):
        assert touch.submit("/scratch/rich-was-here").result(60)
    assert poor.result(120) == "/scratch/rich-was-here"
    assert poor.retried == 1
