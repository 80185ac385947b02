"""The cluster's folders are on a file server: what one machine wrote another sees late, and a quota may end it all."""

import time
from pathlib import Path

import pytest
from testbed.processes import wait_until

import clustrix
from tests.faults.test_connections import running
from tests.slurm import on_nodes

pytestmark = [
    pytest.mark.testbed,
    pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="this machine has no FUSE"),
]

FOLDER = "/scratch/served"
#: As long as NFS may take, and longer than anybody wants to wait for a value.
LAG_SECONDS = 60.0

count_runs = clustrix.cluster(on_nodes.count_runs)
divide = clustrix.cluster(on_nodes.divide)
double = clustrix.cluster(on_nodes.double)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)


@pytest.fixture
def served(faulty):
    """A folder of alice's, for which the login node can be given another view."""
    faulty.exec("login", ["install", "-d", "-o", "alice", FOLDER])
    yield FOLDER
    faulty.heal()
    faulty.exec("login", ["rm", "-rf", FOLDER])


def test_a_login_node_that_sees_a_minute_late_what_jobs_wrote_tells_it_at_once(cluster, faulty, served):
    faulty.lag("login", served, LAG_SECONDS)
    began = time.monotonic()
    with cluster(remote_work_dir=served):
        future = running(wait_for_file.submit(f"{served}/go"))
        several = [count_runs.submit(f"{served}/once"), divide.submit(1, 0), *map(double.submit, range(3))]
        wait_until(lambda: all(each.done() for each in several), 60, "all have ended")
        faulty.exec("s17", ["touch", f"{served}/go"])
        assert future.result(60) == 1
        mapped = list(double.map(range(5)))
    took = time.monotonic() - began

    assert several[0].result() == 1
    assert isinstance(several[1].exception(), ZeroDivisionError)
    assert [each.result() for each in several[2:]] == [0, 2, 4]
    assert mapped == [0, 2, 4, 6, 8]
    assert took < LAG_SECONDS


def test_a_quota_that_is_exceeded_is_told_and_a_smaller_call_works(cluster, faulty, served):
    faulty.lag("login", served, 0.0, quota_bytes=2**21)
    with cluster(remote_work_dir=served):
        error = clustrix.cluster(len).submit(bytes(range(256)) * 2**14).exception(60)

        assert isinstance(error, OSError)
        assert "Disk quota exceeded" in str(error)
        assert served in str(error)
        assert double(2) == 4
