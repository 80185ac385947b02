"""Returning to a job at an odd moment: before it has arrived, twice at once, or when it was refused."""

import threading
from queue import SimpleQueue

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.attaching import find_job, follow
from clustrix.config import ClusterConfig, current_config
from clustrix.connection import Channel, close_all, link_for
from clustrix.errors import JobError, SubmitError
from clustrix.job_table import job_rows
from clustrix.jobs import JobState
from clustrix.submitted_jobs import submitted_jobs
from tests.executor.on_cluster import double, print_and_wait
from tests.slurm import on_nodes


@pytest.fixture
def here(tmp_path):
    """Calls run as processes of this machine."""
    with clustrix.using(cluster_type="local", remote_work_dir=str(tmp_path)):
        yield ClusterConfig(cluster_type="local", remote_work_dir=str(tmp_path))
    close_all()


def test_a_job_can_be_returned_to_while_it_is_being_submitted(here, monkeypatch):
    real, may_go, is_asked = Channel.start, threading.Event(), threading.Event()

    def start(self, op, *args, **words):
        if op == "submit":
            may_go.wait(20)
        future = real(self, op, *args, **words)
        if op == "job":
            is_asked.set()
        return future

    monkeypatch.setattr(Channel, "start", start)
    before = {job.key for job in submitted_jobs()}
    values = []
    caller = threading.Thread(target=lambda: values.append(clustrix.cluster(double)(4)))
    caller.start()
    wait_until(lambda: {job.key for job in submitted_jobs()} - before, 60, "it is written down")
    (key,) = {job.key for job in submitted_jobs()} - before
    comer = threading.Thread(target=lambda: values.append(clustrix.attach(key).result(60)))
    comer.start()
    assert is_asked.wait(60)
    may_go.set()
    caller.join(60)
    comer.join(60)

    assert values == [8, 8]


def test_a_job_that_is_followed_twice_gives_each_its_value_and_all_that_it_printed(here, tmp_path):
    first = clustrix.cluster(print_and_wait).submit(str(tmp_path / "go"))
    wait_until(first.logs, 60, "it has printed")
    printed: SimpleQueue[bytes | None] = SimpleQueue()
    second = find_job(first.key)
    # It hears of the end before its own watching has begun, as another does who watches already.
    second.listen(printed)
    second.on_attached()
    second.subscribe(follow=True)
    (tmp_path / "go").touch()
    values = first.result(60), second.result(60)
    heard = b"".join(iter(printed.get, None))

    assert values[0] == values[1]
    assert heard.decode() == first.logs()


@pytest.mark.testbed
def test_a_submission_that_is_refused_is_told_so_to_whoever_looks(cluster):
    with cluster(partition="nowhere"):
        refused = clustrix.cluster(on_nodes.double).submit(1)
        assert isinstance(refused.exception(60), SubmitError)
        (row,) = job_rows(link_for(current_config()), [refused.key])

        assert row.status.state is JobState.FAILED
        assert "partition" in row.status.reason
        with pytest.raises(JobError, match=r"refused it: .*partition"):
            follow(find_job(refused.key))
