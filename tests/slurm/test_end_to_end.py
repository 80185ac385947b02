"""Calls from here to a compute node of a real Slurm, and back."""

from concurrent.futures import CancelledError

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.errors import JobCancelledError, JobFailedError, SubmitError
from clustrix.jobs import JobState
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

whereabouts = clustrix.cluster(on_nodes.whereabouts)
double = clustrix.cluster(on_nodes.double)
divide = clustrix.cluster(on_nodes.divide)
eat_memory = clustrix.cluster(on_nodes.eat_memory)
die_by = clustrix.cluster(on_nodes.die_by)
leave_with = clustrix.cluster(on_nodes.leave_with)
sleep = clustrix.cluster(on_nodes.sleep)
be_stubborn = clustrix.cluster(on_nodes.be_stubborn)
environment = clustrix.cluster(on_nodes.environment)
write_plot = clustrix.cluster(on_nodes.write_plot)
echo = clustrix.cluster(on_nodes.echo)


def running(future):
    wait_until(lambda: future.running() or future.done(), 20, f"{future} running")
    return future


# ------------------------------------------------------------------------------------------------------------ calls


@pytest.mark.parametrize("version", ["3.6", "3.9", "3.11"])
def test_a_call_runs_on_a_compute_node_and_its_value_comes_back(cluster, testbed, version):
    pythons = sorted(testbed.path("login", "/opt/python").glob(f"{version}.*/bin/python3"))
    if not pythons:
        pytest.skip(f"no Python {version} here")
    python = f"/opt/python/{pythons[0].parts[-3]}/bin/python3"

    with cluster(python_executable=python):
        value, host, found = whereabouts(21)

    assert value == 42
    assert host.endswith(".nodes.hpc.test")
    assert found == [int(part) for part in version.split(".")]


@pytest.mark.parametrize("host", ["hpc-carol", "hpc-dave", "hpc-noisy", "jump"])
def test_it_does_so_for_every_login_shell_and_through_a_jump_host(cluster, host):
    with cluster(host):
        assert double(21) == 42


def test_what_it_prints_is_printed_here(cluster, capsys):
    with cluster():
        whereabouts(1)

    assert "on s1" in capsys.readouterr().out


def test_its_exception_is_raised_here_as_itself_and_names_job_and_node(cluster):
    with cluster(), pytest.raises(ZeroDivisionError) as raised:
        divide(1, 0)

    assert "nodes.hpc.test" in raised.value.__notes__[0]


def test_python_from_a_module_runs_the_call(cluster):
    with cluster(module_loads=["python/3.11"]):
        assert whereabouts(1)[2] == [3, 11]


def test_variables_and_commands_reach_the_job(cluster):
    with cluster(environment_variables={"ODD": "it's $x"}, pre_execution_commands=["export MORE=yes"]):
        assert environment("ODD", "MORE") == {"ODD": "it's $x", "MORE": "yes"}


def test_resources_are_what_slurm_was_asked_for(cluster):
    with cluster(
        cores=3, memory="300MB", time="00:05:00", partition="long", account="lab", name="my fit", qos="normal"
    ):
        found = environment("SLURM_CPUS_PER_TASK", "SLURM_MEM_PER_NODE", "SLURM_JOB_PARTITION", "SLURM_JOB_ACCOUNT")

    assert list(found.values()) == ["3", "300", "long", "lab"]


def test_gpus_and_constraints_choose_the_node(cluster):
    with cluster(gpus=1, slurm={"constraint": "icelake"}):
        assert whereabouts(1)[1].startswith("s18")


def test_megabytes_go_there_and_come_back(cluster):
    data = bytes(range(256)) * 4096 * 8

    with cluster():
        assert echo(data) == data


def test_many_calls_at_once_are_each_answered(cluster):
    with cluster():
        futures = [double.submit(number) for number in range(12)]

        assert [future.result(60) for future in futures] == [2 * number for number in range(12)]


def test_usage_tells_what_a_finished_call_used(cluster):
    with cluster():
        future = eat_memory.submit(60)

        assert future.result(30) == 60 << 20

    assert future.usage is not None
    assert (future.usage.max_rss_bytes or 0) > 60 << 20


def test_files_that_it_leaves_are_listed_and_fetched(cluster, tmp_path):
    with cluster():
        future = write_plot.submit()
        folder = future.result(30)

        assert [(file.name, file.size_bytes) for file in future.files()] == [("plot.png", 9)]
        assert future.files()[0].path == f"{folder}/plot.png"
        assert future.fetch("plot.png", to=tmp_path).read_bytes() == b"a picture"


def test_what_was_fetched_is_cleaned_up_on_the_cluster(cluster, testbed):
    with cluster():
        future = double.submit(1)
        future.result(30)

    folder = testbed.path("login", f"/home/alice/.clustrix/jobs/{future.key}")
    wait_until(lambda: not folder.exists(), 10, "the job's folder is gone")
    assert not list(testbed.path("login", "/home/alice/.clustrix/spool").glob(f"{future.key}*"))


# ---------------------------------------------------------------------------------------------------------- refusals


def test_a_wrong_partition_is_told_with_the_valid_ones(cluster):
    with cluster(partition="nosuch"), pytest.raises(SubmitError) as raised:
        double(1)

    assert "invalid partition" in str(raised.value)
    assert "main (default), short, long" in str(raised.value)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"time": "05:00:00"}, "partition"),
        ({"cores": 99}, "it asks for more than the partition gives"),
    ],
)
def test_a_job_that_can_never_start_is_an_error_and_leaves_the_queue(cluster, testbed, words, why):
    with cluster(**words):
        future = double.submit(1)
        error = future.exception(20)

    assert isinstance(error, JobFailedError)
    assert error.kind == "NEVER_STARTS"
    assert why in str(error)
    wait_until(
        lambda: not testbed.exec("login", ["squeue", "-h", "-j", future.job_id], check=False).stdout.strip(),
        10,
        "it has left the queue",
    )


def test_a_waiting_job_says_what_it_waits_for(cluster):
    with cluster(slurm={"begin": "now+1hour"}):
        future = double.submit(1)
        wait_until(lambda: future.job_id, 10, "submitted")
        wait_until(lambda: future.status().reason, 10, "a reason")

        assert future.status().state is JobState.PENDING
        assert future.status().reason == "waiting for its begin time"
    future.cancel()


# ------------------------------------------------------------------------------------------------------------ deaths


def test_a_call_that_uses_too_much_memory_is_named_so_with_what_it_asked_for(cluster):
    with cluster(memory="64MB"), pytest.raises(JobFailedError) as raised:
        eat_memory(300)

    assert raised.value.kind == "OUT_OF_MEMORY"
    assert "used 64 MB of 64 MB asked for" in str(raised.value)
    assert '@cluster(memory="128MB")' in str(raised.value)


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (11, "SIGSEGV"), (15, "SIGTERM")])
def test_a_signal_is_named(cluster, number, name):
    with cluster(), pytest.raises(JobFailedError) as raised:
        die_by(number)

    assert (raised.value.kind, raised.value.signal) == ("SIGNAL", name)
    assert "nodes.hpc.test" in str(raised.value)


def test_an_exit_code_is_told(cluster):
    with cluster(), pytest.raises(JobFailedError) as raised:
        leave_with(7)

    assert (raised.value.kind, raised.value.exit_code) == ("EXIT", 7)


def test_a_job_that_somebody_cancelled_is_told_at_once_and_by_whom(cluster, testbed):
    with cluster():
        future = sleep.submit(60)
        running(future)
        testbed.exec("login", ["scancel", future.job_id], user="alice")
        # The scheduler is asked for a job that runs after 35 s at the earliest: before that the job tells it itself.
        error = future.exception(20)

    assert isinstance(error, JobCancelledError)
    assert "by yourself" in str(error)


def test_a_job_that_was_cancelled_while_it_waited_is_known_in_the_end(cluster, testbed, monkeypatch):
    monkeypatch.setattr("clustrix.scheduler_poll.SHORTEST_SECONDS", 1.0)
    monkeypatch.setattr("clustrix.scheduler_poll.STARTED_SECONDS", 1.0)
    with cluster(slurm={"begin": "now+1hour"}):
        future = double.submit(1)
        wait_until(lambda: future.job_id, 10, "submitted")
        testbed.exec("login", ["scancel", future.job_id])

        assert isinstance(future.exception(20), JobCancelledError)


def test_a_job_that_a_more_important_one_displaces_is_named_so(cluster):
    with cluster(partition="scavenge", cores=8, nodes=2):
        poor = running(sleep.submit(60))
    with cluster(cores=8):
        rich = double.submit(1)
        error = poor.exception(30)

        assert error.kind == "PREEMPTED"
        assert rich.result(60) == 2


def test_a_function_that_handles_sigterm_may_still_return_its_value(cluster, testbed):
    with cluster():
        future = running(be_stubborn.submit(1.0))
        wait_until(lambda: "ready" in future.logs(), 10, "it handles SIGTERM")
        testbed.exec("login", ["scancel", future.job_id])

        assert future.result(20) == "finished all the same"


@pytest.mark.slow
def test_a_node_that_dies_is_named_within_a_minute_of_slurms_verdict(cluster, faulty):
    with cluster():
        future = running(sleep.submit(300))
        node = future.status().node.split(".")[0]
        faulty.kill_node(node)
        error = future.exception(110)

    assert isinstance(error, JobFailedError)
    assert error.kind == "NODE_FAIL"


def test_cancel_ends_the_job(cluster, testbed):
    with cluster():
        future = running(sleep.submit(60))

        assert future.cancel()
        with pytest.raises(CancelledError):
            future.result()
        wait_until(
            lambda: (
                "CANCELLED"
                in testbed.exec("login", ["squeue", "-h", "-t", "all", "-j", future.job_id, "-o", "%T"]).stdout
            ),
            10,
            "Slurm has cancelled it",
        )
