"""A good guest: what an agent costs, that it ends with its client, and that nothing stays behind."""

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.cleaning import Wish, clean_cluster
from clustrix.config import current_config
from clustrix.connection import link_for
from tests.faults.test_connections import let_go, running
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

double = clustrix.cluster(on_nodes.double)
leave_with = clustrix.cluster(on_nodes.leave_with)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)

#: Nanoseconds on a processor of each thread, and KiB of memory, that a process has used.
USED = "cut -d' ' -f1 /proc/$1/task/*/schedstat | tr '\\n' ' '; echo; grep VmRSS /proc/$1/status; cat /proc/uptime"


def used(testbed, pid):
    threads, memory, uptime = testbed.exec("login", ["sh", "-c", USED, "sh", pid]).stdout.splitlines()
    return sum(map(int, threads.split())) / 1e9, int(memory.split()[1]), float(uptime.split()[0])


def test_an_idle_agent_needs_no_processor_and_little_memory(cluster, testbed, remote):
    with cluster():
        future = double.submit(1)
        future.result(60)
        wait_until(lambda: not remote.job(future.key).exists(), 60, "the job's folder is gone")
        wait_until(lambda: len(remote.agents()) == 1, 60, "there is no other agent")
        (pid,) = remote.agents()
        before = used(testbed, pid)
        wait_until(lambda: used(testbed, pid)[2] - before[2] > 5, 60, "five seconds have gone")
        after = used(testbed, pid)

    assert (after[0] - before[0]) / (after[2] - before[2]) < 0.001
    assert after[1] < 30 * 1024


def test_an_agent_that_waits_for_a_job_needs_hardly_any_processor(cluster, testbed, remote):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/guest"))
        wait_until(lambda: len(remote.agents()) == 1, 60, "there is no other agent")
        (pid,) = remote.agents()
        before = used(testbed, pid)
        wait_until(lambda: used(testbed, pid)[2] - before[2] > 5, 60, "five seconds have gone")
        after = used(testbed, pid)
        let_go(remote, "guest")
        future.result(60)

    assert (after[0] - before[0]) / (after[2] - before[2]) < 0.02


def test_an_agent_whose_client_is_killed_ends_and_so_does_all_that_it_started(client, remote):
    others = set(remote.pids("."))
    code = "import clustrix; from tests.slurm.on_nodes import wait_for_file; "
    caller = client(code + "clustrix.cluster(wait_for_file)('/home/alice/gone')")
    key = caller.key()
    wait_until((remote.job(key) / "outcomes/0.started").exists, 60, "it runs")
    caller.kill()

    wait_until(lambda: set(remote.pids(".")) <= others, 60, "no process of ours is left on the login node")
    let_go(remote, "gone")


def test_an_agent_whose_client_left_during_a_cut_ends_when_it_is_mended(cluster, faulty, remote):
    with cluster():
        double(1)
        assert remote.agents()
        faulty.cut()
        link_for(current_config()).close()
        faulty.mend()

        wait_until(lambda: not remote.agents(), 60, "the agent has ended")


def test_a_call_leaves_few_files_and_after_it_only_packages(cluster, remote, untouched):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/few"))
        files = [each for each in remote.job(future.key).rglob("*") if each.is_file()]
        let_go(remote, "few")
        future.result(60)
        wait_until(lambda: not remote.job(future.key).exists(), 60, "the job's folder is gone")

    assert len(files) <= 8, files
    assert not list(remote.path(".clustrix/spool").glob(f"{future.key}*"))
    assert {each.name for each in remote.path(".clustrix").iterdir()} <= {"packages", "jobs", "spool"}


def test_after_cleaning_nothing_is_left_but_empty_folders_and_the_runtime(cluster, remote, untouched):
    with cluster(cleanup_on_success=False):
        kept = [double.submit(1), wait_for_file.submit("/home/alice/clean"), leave_with.submit(3)]
        running(kept[1])
        wait_until(lambda: kept[0].done() and kept[2].done(), 60, "two have ended")
        clean_cluster(link_for(current_config()), Wish(all_ended=True, force=True))
        wait_until(lambda: not remote.queue(), 60, "the third was cancelled")
        clean_cluster(link_for(current_config()), Wish(all_ended=True))
        left = [path for path in remote.path(".clustrix").rglob("*") if not path.is_dir()]

    assert {path.relative_to(remote.path(".clustrix")).parts[0] for path in left} <= {"packages"}, left
    assert not list(remote.path(".clustrix/jobs").iterdir())
