"""The laptop, the login node and the compute nodes disagree about the time: nothing of ours notices."""

import time

import pytest

import clustrix
from clustrix.cleaning import Wish, clean_cluster
from clustrix.config import current_config
from clustrix.connection import link_for
from clustrix.job_table import job_rows
from clustrix.jobs import JobState
from tests.faults.test_connections import let_go, running
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

HOUR = 3600.0

the_time = clustrix.cluster(on_nodes.the_time)
double = clustrix.cluster(on_nodes.double)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)


@pytest.fixture
def skewed(faulty):
    """The login node is an hour ahead of the laptop, the compute nodes an hour behind."""
    faulty.skew("login", HOUR)
    for node in ("s17", "s18"):
        faulty.skew(node, -HOUR)
    return faulty


def test_between_clocks_that_are_hours_apart_nothing_is_lost_early_or_late(cluster, skewed, remote):
    with cluster(cleanup_on_success=False):
        future = running(wait_for_file.submit("/home/alice/skewed"))
        ended = double.submit(21)
        assert ended.result(60) == 42
        assert round((the_time() - time.time()) / HOUR) == -1
        link = link_for(current_config())
        rows = {row.key: row for row in job_rows(link)}
        cleaned = clean_cluster(link, Wish(all_ended=True, older_than_seconds=HOUR / 2))
        let_go(remote, "skewed")

        assert future.result(60) == 1
    assert rows[future.key].status.state is JobState.RUNNING
    assert (rows[future.key].elapsed_seconds or 0) < 120
    assert (rows[ended.key].ended_seconds_ago or 0) < 120
    assert not cleaned.plan.remove
    assert cleaned.packages == 0
