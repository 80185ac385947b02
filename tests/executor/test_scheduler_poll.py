"""When the scheduler is asked, and what becomes of what it says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from clustrix.config import ClusterConfig
from clustrix.connection import Link, open_channel
from clustrix.jobs import CommandAnswer, JobState, JobStatus
from clustrix.scheduler_poll import SchedulerPoll, Waiting, cancel_job, next_question
from clustrix.schedulers.process import ProcessScheduler
from tests.waiting import wait_until


class FileScheduler(ProcessScheduler):
    """A scheduler whose whole knowledge is a file of lines such as ``17 running``; each question leaves a mark."""

    def __init__(self, folder: Path, *, tells_too_soon: bool = False) -> None:
        self.folder = folder
        self.tells_too_soon = tells_too_soon
        self.queue = folder / "queue"

    def status_argv(self, job_ids: list[str]) -> list[str]:
        script = f'echo "$*" >>{self.folder}/asked; cat {self.queue}'
        return ["sh", "-c", script, "ask", *job_ids]

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        told = dict(line.split(" ", 1) for line in answer.stdout.splitlines())
        return {
            job_id: JobStatus(JobState(told[job_id]), told[job_id], may_be_ending=self.tells_too_soon)
            for job_id in job_ids
            if job_id in told
        }

    def cancel_argv(self, job_ids: list[str]) -> list[str] | None:
        return ["sh", "-c", f"echo cancel $* >>{self.folder}/asked", "cancel", *job_ids]

    @property
    def questions(self) -> list[str]:
        marks = self.folder / "asked"
        return marks.read_text().splitlines() if marks.exists() else []


def waiting(since=0.0, *, started=False, asked=False):
    job = Waiting("fit-1", "17", ProcessScheduler(), print, lambda: False, lambda: started, since)
    job.was_asked = asked
    return job


@pytest.mark.parametrize(
    ("jobs", "asked", "pause", "due"),
    [
        ([waiting(100)], 0, 15, 102),  # it may never start: that is to be told soon
        ([waiting(100, started=True)], 0, 15, 135),  # what runs tells its own end
        ([waiting(100, started=True, asked=True)], 120, 15, 155),
        ([waiting(100, started=True, asked=True)], 120, 55, 175),
        ([waiting(100)], 99, 15, 114),  # but nobody asks more often than every 15 s
        ([waiting(0, asked=True)], 100, 55, 155),
        ([waiting(0, asked=True), waiting(101)], 100, 55, 115),
        ([], 100, 55, float("inf")),
    ],
)
def test_the_scheduler_is_asked_soon_for_what_is_new_and_seldom_for_the_rest(jobs, asked, pause, due):
    assert next_question(jobs, asked, pause) == due


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Link]:
    made = Link(partial(open_channel, ClusterConfig(cluster_type="local", remote_work_dir=str(tmp_path))))
    yield made
    made.close()


@pytest.fixture
def quick(monkeypatch):
    """Let the poll live faster, so that a test need not wait for it."""
    for name, seconds in {"FIRST": 0.05, "SHORTEST": 0.1, "STARTED": 0.1, "LONGEST": 0.2, "GRACE": 0.05}.items():
        monkeypatch.setattr(f"clustrix.scheduler_poll.{name}_SECONDS", seconds)


#: What every job's description says.
DESCRIPTION = {"name": "fit", "scheduler": "file", "signing_key": "00", "tasks": 1}


class Job:
    """A job that the poll asks about, and what it was told."""

    def __init__(self, scheduler, number):
        self.told: list[JobState] = []
        self.is_over = False
        self.entry = Waiting(
            f"fit-{number}", str(number), scheduler, self.hear, lambda: self.is_over, lambda: False, time.monotonic()
        )

    def hear(self, status):
        self.told.append(status.state)
        self.is_over = self.is_over or status.state.ended


def test_all_jobs_are_asked_for_in_one_command(link, tmp_path, quick):
    scheduler = FileScheduler(tmp_path)
    scheduler.queue.write_text("1 pending\n2 running\n3 pending\n")
    poll = SchedulerPoll(link)
    jobs = [Job(scheduler, number) for number in (1, 2, 3)]
    for job in jobs:
        poll.add(job.entry)

    wait_until(lambda: all(job.told for job in jobs))
    assert [job.told[0] for job in jobs] == [JobState.PENDING, JobState.RUNNING, JobState.PENDING]
    assert set(scheduler.questions) == {"1 2 3"}
    for job in jobs:
        job.is_over = True


def test_a_job_that_ended_without_a_word_is_believed_to_have(link, tmp_path, quick):
    scheduler = FileScheduler(tmp_path)
    scheduler.queue.write_text("1 node failed\n")
    job = Job(scheduler, 1)
    script = {"key": "fit-1", "job": DESCRIPTION, "script": "sleep 60", "argv": None}
    link.request("submit", script)
    SchedulerPoll(link).add(job.entry)

    wait_until(lambda: job.told)
    assert job.told == [JobState.NODE_FAIL]
    link.request("signal", {"key": "fit-1", "signal": 9})


def test_a_job_that_left_its_own_word_is_not_judged_by_the_scheduler(link, tmp_path, quick):
    scheduler = FileScheduler(tmp_path)
    job = Job(scheduler, 1)
    heard: list[str] = []
    link.subscribe("fit-1", lambda event, body: heard.append(event["event"]))
    writes = "echo x >outcomes/0; echo 0 >outcomes/0.exit"  # and nothing that announces it
    link.request("submit", {"key": "fit-1", "job": DESCRIPTION, "script": writes, "argv": ["sh", "submit.sh"]})
    scheduler.queue.write_text("1 done\n")
    SchedulerPoll(link).add(job.entry)

    wait_until(lambda: "outcome" in heard)
    job.is_over = True
    assert not job.told


def test_a_job_that_may_be_ending_is_given_time_to_tell_how_and_no_more(link, tmp_path, quick, monkeypatch):
    scheduler = FileScheduler(tmp_path, tells_too_soon=True)
    scheduler.queue.write_text("1 failed\n")
    job = Job(scheduler, 1)
    link.request("submit", {"key": "fit-1", "job": DESCRIPTION, "script": "sleep 60", "argv": None})
    SchedulerPoll(link).add(job.entry)
    wait_until(lambda: len(scheduler.questions) > 4)
    assert not job.told

    monkeypatch.setattr("clustrix.scheduler_poll.ENDING_SECONDS", 0.0)
    wait_until(lambda: job.told)
    assert job.told == [JobState.FAILED]
    link.request("signal", {"key": "fit-1", "signal": 9})


def test_a_scheduler_that_does_not_answer_is_asked_again(link, tmp_path, quick):
    scheduler = FileScheduler(tmp_path)
    job = Job(scheduler, 1)
    SchedulerPoll(link).add(job.entry)
    wait_until(lambda: len(scheduler.questions) > 1)
    scheduler.queue.write_text("1 running\n")

    wait_until(lambda: job.told)
    job.is_over = True


def test_nobody_is_asked_when_all_jobs_have_ended(link, tmp_path, quick):
    scheduler = FileScheduler(tmp_path)
    scheduler.queue.write_text("1 running\n")
    poll = SchedulerPoll(link)
    job = Job(scheduler, 1)
    poll.add(job.entry)
    wait_until(lambda: job.told)
    job.is_over = True

    wait_until(lambda: not poll._running)


def test_who_wants_to_know_at_once_may_ask_but_not_all_the_time(link, tmp_path):
    scheduler = FileScheduler(tmp_path)
    scheduler.queue.write_text("1 pending\n")
    poll = SchedulerPoll(link)
    job = Job(scheduler, 1)
    poll.add(job.entry)
    for _ in range(5):
        poll.refresh()

    assert job.told == [JobState.PENDING]
    assert scheduler.questions == ["1"]
    job.is_over = True


def test_cancelling_asks_the_scheduler(link, tmp_path):
    scheduler = FileScheduler(tmp_path)
    cancel_job(link, scheduler, "fit-1", "17")

    assert scheduler.questions == ["cancel 17"]
