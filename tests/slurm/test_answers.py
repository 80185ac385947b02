"""What Slurm's commands answer, as recorded from 22.05, and what is made of it."""

import json
from pathlib import Path

import pytest

from clustrix.errors import SubmitError
from clustrix.jobs import CommandAnswer, JobState
from clustrix.schedulers.slurm import SlurmScheduler
from clustrix.schedulers.slurm_words import STATES, never_starts
from tests.slurm.test_script import spec_with

SLURM = SlurmScheduler()
RECORDED = Path(__file__).parent / "recorded"
STATUS = (RECORDED / "status.txt").read_text()
REFUSALS = json.loads((RECORDED / "refusals.json").read_text())


def status_of(job: str, text: str = STATUS):
    return SLURM.parse_status(CommandAnswer(0, text, ""), [job])[job]


@pytest.mark.parametrize(
    ("job", "state", "reason"),
    [
        ("1", JobState.OUT_OF_MEMORY, ""),
        ("2", JobState.DONE, ""),
        ("3", JobState.FAILED, ""),
        ("5", JobState.CANCELLED, "by yourself"),
        ("11", JobState.PENDING, "waiting for its begin time"),
        ("12", JobState.PENDING, "held (scontrol release lets it go)"),
        ("13_5", JobState.PENDING, "held (scontrol release lets it go)"),
        ("14", JobState.RUNNING, ""),
        ("16_0", JobState.PENDING, "waiting for resources"),
        ("16", JobState.PENDING, "waiting for resources"),
        ("17", JobState.PENDING, "waiting for a higher-priority job"),
        ("19", JobState.PENDING, "waiting for the jobs it depends on"),
    ],
)
def test_each_job_is_told_in_plain_words(job, state, reason):
    assert (status_of(job).state, status_of(job).reason) == (state, reason)


@pytest.mark.parametrize("job", ["6", "7", "8", "20"])
def test_a_job_that_can_never_start_is_known_as_such(job):
    assert not status_of(job).can_start


@pytest.mark.parametrize("job", ["11", "12", "16", "17", "19", "14", "1"])
def test_a_job_that_may_start_or_has_started_is_not(job):
    assert status_of(job).can_start


def test_accounting_adds_exit_code_signal_node_and_time():
    assert (status_of("3").exit_code, status_of("3").signal) == (3, None)
    assert (status_of("4").exit_code, status_of("4").signal) == (None, 9)
    assert (status_of("5").elapsed_seconds, status_of("5").node) == (4, "s17")
    assert status_of("10").node == ""


def test_a_job_that_neither_knows_has_ended():
    status = status_of("99999")

    assert status.state.ended
    assert status.word == "FORGOTTEN"


def test_a_job_that_accounting_calls_running_but_the_controller_has_forgotten_has_ended():
    assert status_of("7", "squeue 0 2001\n\nsacct 0\n7|RUNNING|0:0|00:01:00|s17\n").word == "FORGOTTEN"


def test_without_accounting_squeue_alone_is_believed():
    text = "squeue 0 2001\n7|TIMEOUT|TimeLimit|s17|1:01\nsacct 1\nSlurm accounting storage is disabled\n"

    assert status_of("7", text).state is JobState.TIMEOUT


def test_while_the_controller_does_not_answer_nothing_is_known_and_its_words_are_kept():
    said = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"

    status = status_of("7", f"squeue 1 2001\n{said}\nsacct 1\nsacct: error: slurmdbd is down\n")

    assert status.state is JobState.UNKNOWN
    assert status.word == said


def test_no_answer_at_all_is_not_an_end():
    assert SLURM.parse_status(CommandAnswer(127, "", "sh: squeue: not found"), ["7"])["7"].state is JobState.UNKNOWN


def test_a_new_word_is_kept_as_it_came():
    status = status_of("7", "squeue 0 2001\n7|LEVITATING|MoonPhase|s17|1:01\n")

    assert (status.state, status.word) == (JobState.UNKNOWN, "LEVITATING")
    assert status.reason == "Slurm says: MoonPhase"


def test_a_login_shells_noise_before_the_answer_is_skipped():
    assert (
        status_of("7", "Welcome!\n7|FAILED|a|b|c\nsqueue 0 2001\n7|RUNNING|None|s17|1:01\n").state is JobState.RUNNING
    )


def test_an_array_is_as_alive_as_its_liveliest_task():
    text = "squeue 0 1\n7_0|COMPLETED|None|s17|0:01\n7_1|FAILED|None|s17|0:01\n7_[2-3]|PENDING|Priority|n/a|0:00\n"

    assert status_of("7", text).state is JobState.PENDING
    assert status_of("7", text.rsplit("\n", 2)[0]).state is JobState.FAILED


@pytest.mark.parametrize("word", STATES)
def test_every_state_of_the_manual_is_known(word):
    assert status_of("7", f"squeue 0 1\n7|{word}|None|s17|1:01\n").state is not JobState.UNKNOWN


@pytest.mark.parametrize(
    ("reason", "never"),
    [("QOSMaxMemoryPerJob", True), ("AssocMaxWallDurationPerJobLimit", True), ("QOSMaxJobsPerUserLimit", False)],
)
def test_limits_on_one_job_are_told_from_limits_on_all(reason, never):
    assert never_starts(reason) is never


@pytest.mark.parametrize(
    ("case", "words", "offer"),
    [
        ("partition", "Invalid partition name", "main (default), short"),
        ("memory", "Memory specification can not be satisfied", "8 cores, 4000 MB"),
        ("feature", "Invalid feature", "haswell, icelake"),
        ("array", "Invalid job array", "at most 1001 tasks"),
        ("gpus", "node configuration is not available", "gpu:a100:2"),
        ("account", "Invalid account", "account lab with qos normal"),
        ("qos", "Invalid qos", "account proj with qos high,normal"),
        ("dependency", "Job dependency problem", "dependency"),
        ("option", "unrecognized option '--nosuch'", ""),
    ],
)
def test_a_refusal_says_slurms_words_the_scripts_place_and_what_there_is(case, words, offer):
    with pytest.raises(SubmitError) as raised:
        SLURM.parse_submit(CommandAnswer(*REFUSALS[case]), spec_with())

    assert words in raised.value.what
    assert raised.value.where.endswith("/jobs/fit-1/submit.sh")
    assert offer in raised.value.hint


def test_a_controller_that_does_not_answer_is_no_fault_of_the_job():
    said = "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)\n"

    with pytest.raises(SubmitError, match="again later"):
        SLURM.parse_submit(CommandAnswer(1, "", said), spec_with())


@pytest.mark.parametrize("text", ["48213\n", "48213;cluster\n", "Your quota is fine.\n48213\n"])
def test_the_jobs_id_is_found_in_the_answer(text):
    assert SLURM.parse_submit(CommandAnswer(0, text, "sbatch: some plugin's advice\n"), spec_with()) == "48213"


def test_a_job_is_found_again_by_its_name():
    assert SLURM.parse_find(CommandAnswer(0, "48213\n48213\n", "")) == "48213"
    assert SLURM.parse_find(CommandAnswer(0, "\n", "")) is None


def test_only_ids_are_asked_for():
    with pytest.raises(ValueError, match="not a job id"):
        SLURM.cancel_argv(["1; rm -rf /"])


@pytest.mark.parametrize(
    ("status", "details", "state"),
    [
        (137, {"oom_kill": "1"}, JobState.OUT_OF_MEMORY),
        (137, {"oom_kill": "0"}, JobState.FAILED),
        (137, {"said": "slurmstepd: error: Exceeded job memory limit"}, JobState.OUT_OF_MEMORY),
        (143, {"said": "slurmstepd: error: *** JOB 6 ON s17 CANCELLED AT x DUE TO TIME LIMIT ***"}, JobState.TIMEOUT),
        (143, {"said": "slurmstepd: error: *** JOB 6 ON s17 CANCELLED AT x DUE TO PREEMPTION ***"}, JobState.PREEMPTED),
        (143, {"said": "slurmstepd: error: *** JOB 6 ON s17 CANCELLED AT x ***"}, JobState.CANCELLED),
        (143, {"signal": "TERM"}, JobState.FAILED),
        (3, {}, JobState.FAILED),
    ],
)
def test_the_exit_record_names_the_cause(status, details, state):
    assert SLURM.read_exit(status, details).state is state
