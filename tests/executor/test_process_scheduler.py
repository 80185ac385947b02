"""Job scripts without a scheduler, run by a real shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from clustrix.errors import SubmitError
from clustrix.jobs import CommandAnswer, JobSpec, JobState
from clustrix.resources import Resources
from clustrix.schedulers.process import ProcessScheduler
from tests.waiting import wait_until

scheduler = ProcessScheduler()


@pytest.fixture
def start(tmp_path: Path):
    """Return a function that starts a job's script in its folder, with these slots."""
    started = []
    (tmp_path / "spool").mkdir()

    def start(key: str, command: str, tasks: int = 1, slots: int = 16, max_parallel: int | None = None):
        folder = tmp_path / "jobs" / key
        for name in ("outcomes", "logs", "work"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        # The script appends the task's number to the command: here it becomes the shell's $0.
        spec = JobSpec(key, "fit", str(folder), ("sh", "-c", command), Resources(max_parallel=max_parallel), tasks)
        (folder / "submit.sh").write_text(scheduler.submit_script(spec))
        environment = {**os.environ, "CLUSTRIX_SLOTS": str(slots)}
        process = subprocess.Popen(
            ["/bin/sh", "submit.sh"], cwd=folder, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        started.append(process)
        return folder, process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_it_runs_in_the_tasks_folder_and_records_how_it_ended(start, tmp_path):
    folder, process = start("fit-1", "pwd; echo oops >&2; exit 3")
    process.wait(20)

    assert (folder / "logs" / "0.log").read_text() == f"{folder}/work/0\noops\n"
    assert (folder / "outcomes" / "0.exit").read_text().startswith("3\n")
    assert (tmp_path / "spool" / "fit-1.0.exit").exists()
    assert (folder / "logs" / "0.log").stat().st_mode & 0o777 == 0o600


def test_a_script_that_is_started_twice_runs_once(start):
    folder, first = start("fit-1", "echo run")
    _, second = start("fit-1", "echo run")
    first.wait(20)
    second.wait(20)

    assert (folder / "logs" / "0.log").read_text() == "run\n"
    assert (folder / "claimed").read_text().strip() in (str(first.pid), str(second.pid))


def test_each_task_of_an_array_runs_once(start, tmp_path):
    folder, process = start("fit-1", "echo task $0; exit $0", tasks=5, max_parallel=2)
    process.wait(20)

    for task in range(5):
        assert (folder / "logs" / f"{task}.log").read_text() == f"task {task}\n"
        assert (folder / "outcomes" / f"{task}.exit").read_text().startswith(f"{task}\n")
    assert len(list((tmp_path / "spool").iterdir())) == 5


@pytest.mark.skipif(shutil.which("flock") is None, reason="there is no flock here")
def test_a_job_waits_while_all_slots_are_taken(start, tmp_path):
    first, _ = start("fit-1", f"until [ -e {tmp_path}/go ]; do sleep 0.01; done", slots=1)
    wait_until((first / "work" / "0").exists)
    second, process = start("fit-2", "true", slots=1)
    third, _ = start("fit-3", "true", slots=3)

    wait_until((third / "outcomes" / "0.exit").exists)
    assert (second / "claimed").exists()
    assert not (second / "work" / "0").exists()
    (tmp_path / "go").touch()
    assert process.wait(20) == 0


@pytest.mark.skipif(shutil.which("flock") is None, reason="there is no flock here")
def test_a_killed_job_gives_its_slot_back(start, tmp_path):
    first, process = start("fit-1", "exec sleep 60", slots=1)
    wait_until((first / "work" / "0").exists)
    os.killpg(process.pid, 9)
    second, process = start("fit-2", "true", slots=1)

    assert process.wait(20) == 0
    assert (second / "outcomes" / "0.exit").exists()


def test_what_ps_says_is_read():
    answer = CommandAnswer(0, "  17 Ss\n  18 Z\n  19 R+\nnonsense\n", "")
    status = scheduler.parse_status(answer, ["17", "18", "20"])

    assert [each.state for each in status.values()] == [JobState.RUNNING, JobState.FAILED, JobState.FAILED]
    silent = scheduler.parse_status(CommandAnswer(1, "", "ps: broken"), ["17"])
    assert silent["17"].state is JobState.UNKNOWN
    assert silent["17"].word == "ps: broken"


def test_the_real_ps_knows_this_process():
    told = subprocess.run(scheduler.status_argv([]), capture_output=True, text=True, check=True)
    group = str(os.getpgid(0))

    assert scheduler.parse_status(CommandAnswer(0, told.stdout, ""), [group])[group].state is JobState.RUNNING


def test_an_answer_that_is_no_number_is_a_refusal():
    spec = JobSpec("fit-1", "fit", "/jobs/fit-1", (), Resources())

    assert scheduler.parse_submit(CommandAnswer(0, "17", ""), spec) == "17"
    with pytest.raises(SubmitError, match="no more processes"):
        scheduler.parse_submit(CommandAnswer(1, "", "no more processes"), spec)
