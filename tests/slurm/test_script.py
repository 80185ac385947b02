"""The batch script: its directives, and that nothing a person writes can become anything else."""

import dataclasses
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clustrix.errors import ConfigError
from clustrix.jobs import JobSpec
from clustrix.resources import Resources
from clustrix.schedulers.slurm import SlurmScheduler
from clustrix.schedulers.slurm_options import directives, job_name

SLURM = SlurmScheduler()


def spec_with(folder: str = "/home/alice/.clustrix/jobs/fit-1", tasks: int = 1, **words: Any) -> JobSpec:
    names = {field.name for field in dataclasses.fields(Resources)}
    asked = {name: value for name, value in words.items() if name in names and name != "name"}
    others = {name: value for name, value in words.items() if name not in asked}
    defaults = {"key": "fit-1", "name": "fit", "command": ("python3", "runner")}
    return JobSpec(**{**defaults, **others}, folder=folder, tasks=tasks, resources=Resources(**asked))


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({}, "--cpus-per-task=1"),
        ({"cores": 8}, "--cpus-per-task=8"),
        ({"memory_bytes": 16 * 2**30}, "--mem=16384M"),
        ({"memory_bytes": 1}, "--mem=1M"),
        ({"walltime_seconds": 7200}, "--time=02:00:00"),
        ({"walltime_seconds": 129600}, "--time=1-12:00:00"),
        ({"partition": "long"}, "--partition=long"),
        ({"account": "proj"}, "--account=proj"),
        ({"qos": "high"}, "--qos=high"),
        ({"gpus": 2}, "--gres=gpu:2"),
        ({"gpus": 2, "gpu_type": "a100"}, "--gres=gpu:a100:2"),
        ({"nodes": 2}, "--nodes=2"),
        ({"constraint": "avx512&icelake"}, "--constraint=avx512&icelake"),
        ({"dependency": "48213"}, "--dependency=afterok:48213"),
        ({"dependency": "48213,48214"}, "--dependency=afterok:48213:48214"),
        ({"dependency": "afterany:48213"}, "--dependency=afterany:48213"),
        ({"tasks": 10}, "--array=0-9"),
        ({"tasks": 10, "max_parallel": 3}, "--array=0-9%3"),
        ({"tasks": 10}, "--output=logs/%a.log"),
        ({}, "--output=logs/0.log"),
        ({}, "--open-mode=append"),
        ({}, "--job-name=fit-1"),
        ({}, "--no-requeue"),
        ({"extra": {"requeue": True}}, "--requeue"),
        ({"extra": {"exclusive": True}}, "--exclusive"),
        ({"extra": {"mail_type": "END"}}, "--mail-type=END"),
        ({"extra": {"constraint": "avx512"}, "constraint": "other"}, "--constraint=avx512"),
        ({"extra": {"C": "avx512"}}, "-C avx512"),
        ({"extra": {"comment": 'of 5" and #1 \\'}}, '--comment="of 5\\" and #1 \\\\"'),
    ],
)
def test_each_word_becomes_slurms_option(asked, line):
    assert line in directives(spec_with(**asked))


def test_what_is_not_asked_for_is_left_to_the_cluster():
    lines = directives(spec_with())

    assert not [line for line in lines if line.startswith(("--mem", "--time", "--partition", "--gres", "--array"))]


@pytest.mark.parametrize("value", ["two\nlines", "bell\a", ""])
@pytest.mark.parametrize("word", ["partition", "account", "qos", "constraint", "dependency"])
def test_a_value_that_is_no_single_line_is_refused(word, value):
    with pytest.raises(ConfigError):
        SLURM.submit_script(spec_with(**{word: value}))


@pytest.mark.parametrize("option", ["output", "array", "parsable", "-o", "chdir", "export"])
def test_an_option_that_would_break_the_way_home_is_refused(option):
    with pytest.raises(ConfigError, match="clustrix itself"):
        directives(spec_with(extra={option: "x"}))


@pytest.mark.parametrize("option", ["mail type", "a\nb", "=x", ""])
def test_an_option_that_is_none_is_refused(option):
    with pytest.raises(ConfigError, match="not an option"):
        directives(spec_with(extra={option: "x"}))


def test_the_jobs_name_begins_with_the_functions_and_holds_the_key():
    assert job_name(spec_with(name="fit", key="a1b2")) == "fit-a1b2"
    assert job_name(spec_with(name="<lambda>, x", key="a1b2")) == "_lambda___x-a1b2"


@pytest.mark.parametrize("words", [{}, {"tasks": 3}, {"module_loads": ("gcc",)}], ids=["one", "array", "modules"])
@pytest.mark.parametrize("shell", ["sh", "bash", "dash"])
def test_every_shell_can_read_the_script(words, shell, tmp_path):
    script = tmp_path / "submit.sh"
    script.write_text(SLURM.submit_script(spec_with(**words)))

    assert subprocess.run([shell, "-n", str(script)], capture_output=True, check=False).stderr == b""


# ------------------------------------------------------------------------------------------------- running the script


@pytest.fixture
def run_script(tmp_path):
    """Run the script here, as Slurm would; gives the job's folder and the script's exit status."""
    folder = tmp_path / "it's $HOME/jobs/fit-1"
    for name in ("outcomes", "logs", "work", "../../spool"):
        (folder / name).mkdir(parents=True)

    def run(*command: str, send: str = "", **words: Any) -> tuple[Path, int]:
        script = folder / "submit.sh"
        script.write_text(SLURM.submit_script(spec_with(str(folder), command=command, **words)))
        log = (folder / "logs/0.log").open("ab")
        with log:
            process = subprocess.run(["sh", str(script)], cwd=folder, stdout=log, stderr=log, timeout=20, check=False)
        return folder, process.returncode

    return run


def exit_record(folder: Path) -> tuple[int, dict[str, str]]:
    status, *notes = (folder / "outcomes/0.exit").read_text().splitlines()
    return int(status), dict(note.split(" ", 1) for note in notes)


def test_the_runner_gets_its_task_and_works_in_a_folder_of_its_own(run_script):
    folder, status = run_script("sh", "-c", 'echo "task $1 in $PWD"', "runner")

    assert status == 0
    assert (folder / "logs/0.log").read_text() == f"task 0 in {folder}/work/0\n"


def test_its_exit_status_is_written_down_and_announced(run_script):
    folder, status = run_script("sh", "-c", "exit 3")

    assert status == 3
    assert exit_record(folder)[0] == 3
    assert (folder / "../../spool/fit-1.0.exit").exists()


def test_a_killed_runner_leaves_a_record_all_the_same(run_script):
    folder, _ = run_script("sh", "-c", "kill -9 $$")

    assert exit_record(folder)[0] == 137
    assert SLURM.read_exit(*exit_record(folder)).signal == 9


def test_sigterm_to_the_script_is_passed_on_and_noted(run_script):
    # The runner's parent is the script.
    folder, _ = run_script("sh", "-c", "kill -TERM $PPID; sleep 20 & wait")

    status, details = exit_record(folder)
    assert status == 143
    assert details["signal"] == "TERM"


def test_what_slurmstepd_said_before_is_noted(run_script):
    said = "slurmstepd-s17: error: *** JOB 6 ON s17 CANCELLED AT 2026-11-23T22:11:07 DUE TO TIME LIMIT ***"

    folder, _ = run_script("sh", "-c", f"echo '{said}'; kill -TERM $PPID; sleep 20 & wait")

    assert exit_record(folder)[1]["said"] == said
    assert SLURM.read_exit(*exit_record(folder)).state.value == "timeout"


def test_a_job_that_may_run_again_leaves_no_record_when_told_to_end(run_script):
    folder, _ = run_script("sh", "-c", "kill -TERM $PPID; sleep 20 & wait", extra={"requeue": True})

    assert not (folder / "outcomes/0.exit").exists()


@pytest.mark.parametrize(("extra", "runs"), [({}, 1), ({"requeue": True}, 2)])
def test_a_script_that_is_started_a_second_time_runs_again_only_if_it_may(run_script, extra, runs):
    begin = 'echo ran >>ran; echo {} >"$OLDPWD/outcomes/0.started"'
    run_script("sh", "-c", begin, extra=extra)
    folder, status = run_script("sh", "-c", begin, extra=extra)

    assert (folder / "work/0/ran").read_text() == runs * "ran\n"
    assert (status == 75) == (runs == 1)
    assert exit_record(folder)[0] == 0


def test_variables_arrive_as_they_are(run_script):
    value = 'it\'s "$HOME" `id` \\ *\nsecond line'

    folder, _ = run_script("sh", "-c", 'printf %s "$ODD"', environment_variables={"ODD": value})

    assert (folder / "logs/0.log").read_text() == value


def test_a_name_that_is_no_variable_is_refused():
    with pytest.raises(ConfigError, match="environment variable"):
        SLURM.submit_script(spec_with(environment_variables={"A; rm -rf /": "x"}))


def test_commands_run_before_python_in_the_same_shell(run_script):
    folder, _ = run_script("sh", "-c", 'printf %s "$FIRST"', pre_execution_commands=("cd /", "export FIRST=$PWD"))

    assert (folder / "logs/0.log").read_text() == "/"


def test_a_command_that_fails_ends_the_job_and_is_named(run_script):
    folder, status = run_script("echo", "never", pre_execution_commands=("true", "ls /nosuch && true"))

    assert status == 2
    assert "never" not in (folder / "logs/0.log").read_text().splitlines()
    assert "ls /nosuch && true" in SLURM.read_exit(*exit_record(folder)).reason
