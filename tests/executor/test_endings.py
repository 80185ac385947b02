"""Calls that give no value, and what then is raised; returning to a call."""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import clustrix
from clustrix import ClusterExecutor
from clustrix.connection import channel_for, link_for
from clustrix.endings import Ended, ending_error
from clustrix.errors import JobCancelledError, JobError, JobFailedError, ResultError
from clustrix.jobs import JobState, JobStatus
from clustrix.resources import Resources
from tests.executor.on_cluster import die, wait_for_file
from tests.waiting import wait_until


@pytest.mark.parametrize(
    ("how", "kind", "exit_code", "signal_name"),
    [
        ("kill", "SIGNAL", None, "SIGKILL"),
        ("segfault", "SIGNAL", None, "SIGSEGV"),
        ("exit", "EXIT", 7, None),
        ("group", "SIGNAL", None, "SIGKILL"),
    ],
)
def test_the_death_of_a_process_is_known_at_once_with_its_cause(executor, tmp_path, how, kind, exit_code, signal_name):
    died = tmp_path / "died"
    with pytest.raises(JobFailedError) as caught:
        executor.call(die, (how, str(died)), {})
    known = time.time()

    assert (caught.value.kind, caught.value.exit_code, caught.value.signal) == (kind, exit_code, signal_name)
    assert (signal_name or "exit status 7") in str(caught.value)
    assert "clustrix logs die-" in str(caught.value)
    assert known - float(died.read_text()) < 1.0  # the benchmark holds it to 0.3 s; here others use the machine, too


@pytest.mark.parametrize(
    ("how", "kind"), [("sys.exit", SystemExit), ("raise", ValueError), ("interrupt", KeyboardInterrupt)]
)
def test_what_the_function_raises_is_raised_as_it_is_with_a_note(executor, tmp_path, jobs, how, kind):
    with pytest.raises(kind) as caught:
        executor.submit(die, how, str(tmp_path / "died")).result(20)

    (job,) = jobs.iterdir()
    assert job.name in caught.value.__notes__[0]
    assert "node" in caught.value.__notes__[0]


class Unready:
    """Travels, and cannot be made there."""

    def __init__(self, what):
        self.what = what

    def __setstate__(self, state):
        raise LookupError(state["what"])


def test_what_is_raised_before_the_function_is_called_says_so(executor):
    with pytest.raises(LookupError, match="no data here") as caught:
        executor.call(repr, (Unready("no data here"),), {})

    assert caught.value.__notes__[0].startswith("while the call was loaded, in job")


@pytest.mark.parametrize("late", ["the scheduler's answer", "the news of its start"])
def test_what_was_true_before_its_end_changes_nothing_in_how_it_ended(executor, tmp_path, monkeypatch, late):
    unfinished: list[tuple[Callable[..., object], tuple[object, ...]]] = []
    future = executor.submit(wait_for_file, str(tmp_path / "go"))
    wait_until(future.running)
    monkeypatch.setattr("clustrix.futures.run_soon", lambda act, *with_what: unfinished.append((act, with_what)))
    future.on_event({"event": "exit", "key": future.key, "task": 0, "status": 137, "details": {"node": "c14"}}, b"")
    if late == "the scheduler's answer":
        future.on_verdict(JobStatus(JobState.RUNNING, node="c14"))
    else:
        future.on_event({"event": "started", "key": future.key, "task": 0, "node": "c14"}, b"")
    for act, with_what in unfinished:
        act(*with_what)

    error = future.exception(20)
    (tmp_path / "go").touch()
    assert isinstance(error, JobFailedError)
    assert (error.kind, error.signal) == ("SIGNAL", "SIGKILL"), error


def test_an_outcome_that_was_tampered_with_is_not_unpickled(config, jobs, tmp_path):
    future = ClusterExecutor(config).submit(wait_for_file, str(tmp_path / "go"))
    wait_until(future.running)
    os.kill(channel_for(config).hello.pid, signal.SIGSTOP)
    (tmp_path / "go").touch()
    outcome = jobs / future.key / "outcomes" / "0"
    wait_until(outcome.exists)
    outcome.write_bytes(outcome.read_bytes().replace(b"returned", b"raised__"))
    os.kill(channel_for(config).hello.pid, signal.SIGCONT)

    with pytest.raises(ResultError, match="signature"):
        future.result(20)


def test_an_agent_that_dies_costs_nothing(executor, config, tmp_path, capsys):
    threading.Timer(0.3, lambda: os.kill(channel_for(config).hello.pid, signal.SIGKILL)).start()
    threading.Timer(0.6, (tmp_path / "go").touch).start()

    assert executor.call(wait_for_file, (str(tmp_path / "go"),), {}) == str(tmp_path / "go")


def test_an_agent_that_dies_under_a_submission_submits_once(executor, config, tmp_path):
    executor.submit(abs, 1).result()
    pid = channel_for(config).hello.pid
    os.kill(pid, signal.SIGSTOP)
    futures = [executor.submit(abs, -number) for number in range(5)]
    os.kill(pid, signal.SIGKILL)

    assert [future.result(20) for future in futures] == [0, 1, 2, 3, 4]


def test_a_job_that_somebody_removed_is_not_waited_for(executor, config, jobs, tmp_path):
    future = executor.submit(wait_for_file, str(tmp_path / "never"))
    wait_until(future.running)
    link_for(config).request("signal", {"key": future.key, "signal": 9})
    with pytest.raises(JobFailedError):
        future.result(20)


def test_cancelling_ends_the_job(executor, jobs, tmp_path):
    future = executor.submit(wait_for_file, str(tmp_path / "never"))
    wait_until(future.running)

    assert future.cancel()
    assert future.cancelled()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result()
    record = jobs / future.key / "outcomes" / "0.exit"
    wait_until(record.exists)
    assert record.read_text().startswith("143\n")


def test_what_is_done_cannot_be_cancelled(executor):
    future = executor.submit(abs, -1)
    future.result()

    assert not future.cancel()
    assert future.result() == 1


def test_a_refused_submission_is_raised_by_the_future(config, tmp_path):
    submitted = ClusterExecutor(replace(config, remote_work_dir=str(tmp_path / "file" / "below")))
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(NotADirectoryError, match="this machine:"):
        submitted.submit(abs, 1).result(20)


def test_ctrl_c_leaves_the_job_running_and_says_how_to_return(config, tmp_path):
    program = (
        "import sys, time, clustrix\n"
        "def wait_for_file(path):\n"
        "    import os, time\n"
        "    print('waiting', flush=True)\n"
        "    while not os.path.exists(path): time.sleep(0.01)\n"
        "    return 'came'\n"
        f"config = clustrix.ClusterConfig(cluster_type='local', remote_work_dir={str(tmp_path)!r})\n"
        "executor = clustrix.ClusterExecutor(config)\n"
        f"executor.call(wait_for_file, ({str(tmp_path / 'go')!r},), {{}})\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of the foreground
    _, said = process.communicate(timeout=20)

    assert "KeyboardInterrupt" in said
    key = said.partition("clustrix.attach('")[2].partition("'")[0]
    assert f"clustrix cancel {key}" in said
    (tmp_path / "go").touch()
    assert clustrix.attach(key, config).result(20) == "came"


def test_another_process_returns_to_a_job_with_its_key(executor, config, tmp_path):
    future = executor.submit(wait_for_file, str(tmp_path / "go"))
    program = (
        "import clustrix\n"
        f"config = clustrix.ClusterConfig(cluster_type='local', remote_work_dir={str(tmp_path)!r})\n"
        f"future = clustrix.attach({future.key!r}, config)\n"
        f"open({str(tmp_path / 'go')!r}, 'w').close()\n"
        "print(future.name, future.result(20))\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    wait_until(lambda: future.job_id)
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": source},
    )

    assert other.stdout == f"wait_for_file {tmp_path / 'go'}\n"
    assert future.result(20) == str(tmp_path / "go")


def test_returning_to_an_ended_job_gives_its_outcome(config):
    keeps = ClusterExecutor(replace(config, cleanup_on_success=False))
    future = keeps.submit(abs, -3)
    future.result()
    again = clustrix.attach(future.key, config)

    assert again.result(20) == 3
    assert again.job_id == future.job_id
    assert again.status().state is JobState.DONE


def test_returning_to_what_is_not_there_says_so(executor, config):
    executor.submit(abs, 1).result()
    with pytest.raises(JobError, match="no job nothing-1"):
        clustrix.attach("nothing-1", config)


def test_what_is_needed_to_return_is_in_the_jobs_folder(config, jobs):
    future = ClusterExecutor(replace(config, cleanup_on_success=False, cores=2)).submit(abs, -3)
    future.result()
    described = json.loads((jobs / future.key / "job.json").read_text())

    assert described["format"] == 1
    assert described["key"] == future.key
    assert described["scheduler"] == "process"
    assert described["resources"]["cores"] == 2
    assert len(bytes.fromhex(described["signing_key"])) == 32
    assert (jobs / future.key / "job.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (
            JobStatus(JobState.OUT_OF_MEMORY, node="c14"),
            "OUT_OF_MEMORY",
            ["asked for 16 GB", 'memory="32GB"', "node c14"],
        ),
        (JobStatus(JobState.TIMEOUT, elapsed_seconds=751), "TIMEOUT", ["02:00:00", 'time="04:00:00"', "00:12:31"]),
        (JobStatus(JobState.NODE_FAIL), "NODE_FAIL", ["NODE_FAIL"]),
        (JobStatus(JobState.FAILED, signal=11), "SIGNAL", ["SIGSEGV"]),
        (JobStatus(JobState.FAILED, exit_code=3), "EXIT", ["exit status 3"]),
        (JobStatus(JobState.FAILED, reason="its script was killed"), "UNKNOWN", ["its script was killed"]),
        (
            JobStatus(JobState.PENDING, reason="no such feature", can_start=False),
            "NEVER_STARTS",
            ["can never start", "no such feature"],
        ),
    ],
)
def test_an_ending_says_what_happened_where_and_what_to_change(status, kind, words):
    asked = Resources.from_words(memory="16GB", time="2h")
    error = ending_error(Ended("fit-1", "48213", asked, status))

    assert isinstance(error, JobFailedError)
    assert error.kind == kind
    assert all(word in str(error) for word in ["48213", "fit-1", *words])


def test_a_job_that_somebody_cancelled_is_told_as_cancelled():
    status = JobStatus(JobState.CANCELLED, reason="by root")

    assert isinstance(ending_error(Ended("fit-1", "48213", Resources(), status)), JobCancelledError)
