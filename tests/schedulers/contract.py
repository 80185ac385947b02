"""What every scheduler must be able to do, as one class of tests; each scheduler has a class that inherits it.

A class says how its cluster is used (``words``), how somebody else would cancel a job (``cancel``), and what differs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

import clustrix
from clustrix.config import ClusterConfig, current_config
from clustrix.connection import close_all, link_for
from clustrix.errors import JobCancelledError, JobFailedError, SubmitError
from clustrix.futures import JobFuture
from clustrix.jobs import CommandAnswer, JobSpec, JobState
from clustrix.reached import capture_for, reach
from clustrix.scheduler_poll import ask_scheduler, learn_site
from clustrix.schedulers import Scheduler, choose_scheduler, scheduler_named
from clustrix.staging import submit
from clustrix.submissions import make_submission
from tests.schedulers import in_jobs
from tests.waiting import wait_until

double = clustrix.cluster(in_jobs.double)
divide = clustrix.cluster(in_jobs.divide)
environment = clustrix.cluster(in_jobs.environment)
die_by = clustrix.cluster(in_jobs.die_by)
leave_with = clustrix.cluster(in_jobs.leave_with)
hold = clustrix.cluster(in_jobs.hold)
wait_for = clustrix.cluster(in_jobs.wait_for)
hold_in_two = clustrix.cluster(in_jobs.hold_in_two)
leave_plot = clustrix.cluster(in_jobs.leave_plot)
end_slowly = clustrix.cluster(in_jobs.end_slowly)
ignore_and_wait = clustrix.cluster(in_jobs.ignore_and_wait)


#: What another process does to return to a job.
ATTACH = """
import clustrix, sys
future = clustrix.attach(sys.argv[1])
print("attached", flush=True)
print(future.result(60))
"""


def adapter_of(config: ClusterConfig) -> Scheduler:
    """The adapter that calls on this cluster use."""
    link = link_for(config)
    return learn_site(link, scheduler_named(choose_scheduler(config, link.channel().hello.commands)))


#: Tests that need words for what they try.
_ONLY_WITH = {
    "waiting": "test_a_job_that_waits_says_for_what",
    "refused": "test_what_is_refused_is_told_in_the_schedulers_words",
    "never": "test_a_job_that_can_never_start_is_told_so",
}


class Contract:
    """The tests. A scheduler that cannot refuse a job, or that has no limits, says so."""

    #: Words for a call that asks for two cores, and the variables in which the job finds them with their values.
    two_cores: ClassVar[dict[str, str]] = {}
    #: Words of a call that waits, and what is said of it; empty where nothing can be made to wait.
    waiting: ClassVar[dict[str, Any]] = {}
    waiting_reason = ""
    #: Words of a call that the scheduler refuses, and what it says.
    refused: ClassVar[dict[str, Any]] = {}
    refusal = ""
    #: Words of a call that is taken and can never start, where the scheduler says so.
    never: ClassVar[dict[str, Any]] = {}
    #: Time that a call asks for so that it is over soon.
    short_time = "00:00:04"
    #: What a call that holds more memory than it asked for ends as: a JobFailedError, or a MemoryError in the function.
    memory_errors: tuple[type[Exception], ...] = (JobFailedError,)

    def __init_subclass__(cls, **words: Any) -> None:
        """Have no test of what this scheduler cannot do."""
        super().__init_subclass__(**words)
        for name, test in _ONLY_WITH.items():
            real = next(vars(base)[test] for base in cls.__mro__ if vars(base).get(test) is not None)
            setattr(cls, test, real if getattr(cls, name) else None)

    @pytest.fixture(autouse=True)
    def use(self, words: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        # What is asked of a scheduler every 15 s shall be asked soon.
        monkeypatch.setattr("clustrix.scheduler_poll.SHORTEST_SECONDS", 0.5)
        monkeypatch.setattr("clustrix.scheduler_poll.STARTED_SECONDS", 0.5)
        monkeypatch.setattr("clustrix.scheduler_poll.FIRST_SECONDS", 0.2)
        with clustrix.using(**words):
            yield
        close_all()

    #: What `auto` takes it for.
    found = ""

    @pytest.fixture
    def found_by_itself(self, words: dict[str, Any]) -> None:
        """Whatever hides it from `auto` on the machines of the tests, which have many schedulers, is taken away."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> str:
        """Return a folder that jobs see; ``there`` is how the test sees it."""
        return str(tmp_path)

    @pytest.fixture
    def there(self, folder: str) -> Path:
        return Path(folder)

    def cancel(self, future: JobFuture[Any]) -> None:
        """Do what another person would do to end the job."""
        raise NotImplementedError

    def kill(self, agent: int) -> None:
        """Kill the agent, given the number of its process on the login node."""
        os.kill(agent, signal.SIGKILL)

    # ------------------------------------------------------------------------------------------------------- calls

    def test_auto_finds_it(self, found_by_itself):
        with clustrix.using(cluster_type="auto") as config:
            assert adapter_of(config).name == self.found
            assert double(21)[0] == 42

    def test_a_call_gives_its_value_and_prints_here(self, capsys):
        assert double(21)[0] == 42
        assert "doubling 21" in capsys.readouterr().out

    def test_an_exception_is_raised_as_itself_and_names_the_job(self):
        with pytest.raises(ZeroDivisionError) as raised:
            divide(1, 0)

        assert "in job" in raised.value.__notes__[0]

    def test_many_calls_at_once_are_each_answered(self):
        futures = [double.submit(number) for number in range(6)]

        assert [future.result(60)[0] for future in futures] == [0, 2, 4, 6, 8, 10]

    def test_a_map_gives_its_values_in_order(self):
        assert [value for value, _ in double.map(range(5), timeout=60)] == [0, 2, 4, 6, 8]

    def test_what_a_call_has_used_and_left_is_known(self, tmp_path):
        future = leave_plot.submit(60)
        held, folder = future.result(60)

        assert held == 60
        assert ((future.usage and future.usage.max_rss_bytes) or 0) > 60 << 20
        assert [(file.path, file.size_bytes) for file in future.files()] == [(f"{folder}/plot.png", 9)]
        assert future.fetch("plot.png", to=tmp_path).read_bytes() == b"a picture"

    def test_a_call_that_gave_its_value_leaves_no_folder(self):
        future = double.submit(1)
        future.result(60)

        wait_until(lambda: not clustrix.cluster_exists(f".clustrix/jobs/{future.key}"), 20)

    def test_variables_and_commands_reach_the_job(self):
        with clustrix.using(environment_variables={"ODD": "it's $x"}, pre_execution_commands=["export MORE=yes"]):
            assert environment("ODD", "MORE") == {"ODD": "it's $x", "MORE": "yes"}

    def test_what_is_asked_for_is_what_the_scheduler_gives(self):
        with clustrix.using(cores=2, memory="200MB", time="00:01:00", name="my fit"):
            assert environment(*self.two_cores) == self.two_cores

    # ------------------------------------------------------------------------------------------------------ asking

    def test_all_jobs_are_asked_for_in_one_command(self, folder, there):
        config = current_config()
        futures = [wait_for.submit(f"{folder}/go{number}") for number in range(2)]
        wait_until(lambda: all(future.running() for future in futures), 30)
        link = link_for(config)
        scheduler = adapter_of(config)

        told = ask_scheduler(link, scheduler, [str(future.job_id) for future in futures])

        assert [status.state for status in told.values()] == [JobState.RUNNING, JobState.RUNNING]
        for number in range(2):
            (there / f"go{number}").touch()
        assert [future.result(30) for future in futures] == ["it was there"] * 2

    def test_a_submission_whose_answer_was_lost_is_found_by_its_name(self, folder, there):
        config = current_config()
        future = wait_for.submit(f"{folder}/go")
        wait_until(future.running, 30)
        link = link_for(config)
        scheduler = adapter_of(config)
        argv = scheduler.find_argv(JobSpec(future.key, "wait_for", "/", (), config.resources))
        if argv is not None:
            told = link.request("run", {"argv": argv}).header
            assert scheduler.parse_find(CommandAnswer(told["returncode"], told["stdout"], "")) == future.job_id
        (there / "go").touch()
        assert future.result(30) == "it was there"

    def test_a_job_that_waits_says_for_what(self):
        with clustrix.using(**self.waiting):
            future = double.submit(1)
            wait_until(lambda: future.job_id and self.waiting_reason in future.status().reason, 20)

            assert future.status().state is JobState.PENDING
            assert future.cancel()

    def test_what_is_refused_is_told_in_the_schedulers_words(self):
        with clustrix.using(**self.refused), pytest.raises(SubmitError, match=self.refusal) as raised:
            double(1)

        assert raised.value.where.endswith("/submit.sh")

    def test_a_job_that_can_never_start_is_told_so(self):
        with clustrix.using(**self.never), pytest.raises(JobFailedError) as raised:
            double(1)

        assert raised.value.kind == "NEVER_STARTS"

    # ------------------------------------------------------------------------------------------------------ deaths

    def test_an_exit_code_is_told(self):
        with pytest.raises(JobFailedError) as raised:
            leave_with(7)

        assert (raised.value.kind, raised.value.exit_code) == ("EXIT", 7), raised.value

    @pytest.mark.parametrize(("number", "name"), [(signal.SIGKILL, "SIGKILL"), (signal.SIGSEGV, "SIGSEGV")])
    def test_a_signal_is_named(self, number, name):
        with pytest.raises(JobFailedError) as raised:
            die_by(int(number))

        assert (raised.value.kind, raised.value.signal) == ("SIGNAL", name), raised.value

    def test_a_call_that_takes_too_long_is_ended_and_named_so(self):
        with clustrix.using(time=self.short_time), pytest.raises(JobFailedError) as raised:
            hold(1, 300)

        assert raised.value.kind == "TIMEOUT", raised.value
        assert '@cluster(time="' in str(raised.value)

    def test_a_call_that_holds_too_much_memory_is_ended_and_named_so(self):
        with clustrix.using(memory="100MB"), pytest.raises(self.memory_errors) as raised:
            hold(400, 30)

        assert getattr(raised.value, "kind", "OUT_OF_MEMORY") == "OUT_OF_MEMORY"

    def test_a_job_that_somebody_else_cancels_is_told_so(self, folder):
        future = wait_for.submit(f"{folder}/go")
        wait_until(future.running, 30)
        self.cancel(future)

        error = future.exception(30)
        assert isinstance(error, JobCancelledError), repr(error)

    def test_cancel_ends_the_job(self, folder):
        config = current_config()
        future = wait_for.submit(f"{folder}/go")
        wait_until(future.running, 30)
        assert future.cancel()
        link = link_for(config)
        scheduler = adapter_of(config)
        job_id = str(future.job_id)

        wait_until(lambda: ask_scheduler(link, scheduler, [job_id])[job_id].state is not JobState.RUNNING, 20)

    # --------------------------------------------------------------------------------------------------- returning

    def test_a_job_outlives_the_connection_and_is_returned_to_by_its_key(self, folder, there):
        future = wait_for.submit(f"{folder}/go")
        wait_until(future.running, 30)
        close_all()
        (there / "go").touch()

        returned = clustrix.attach(future.key, current_config())

        assert returned.result(30) == "it was there"
        assert returned.job_id == future.job_id

    def test_another_process_reads_its_log_and_takes_its_value(self, folder, there):
        future = wait_for.submit(f"{folder}/go")
        wait_until(lambda: "waiting" in future.logs(), 30)
        other = subprocess.Popen(
            [sys.executable, "-c", ATTACH, future.key],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert other.stdout is not None
        first = other.stdout.readline()
        (there / "go").touch()
        told, complaints = other.communicate(timeout=60)

        assert (first, told) == ("attached\n", "it was there\n"), complaints

    def test_a_submission_that_is_made_twice_runs_once(self, folder):
        config, function = current_config(), in_jobs.count_runs
        reached = reach(config, function, lambda python: capture_for(config, function, (f"{folder}/runs",), {}, python))
        submission = make_submission(config, reached.spec(), reached.captured, reached.scheduler)
        first = submit(reached.link, submission).result(30)
        close_all()
        again = submit(link_for(config), submission).result(30)

        assert again.command.stdout == first.command.stdout
        assert clustrix.attach(submission.header["key"], config).result(60) == 1

    def test_the_end_of_the_agent_costs_nothing(self, folder, there):
        future = wait_for.submit(f"{folder}/go")
        wait_until(future.running, 30)
        self.kill(link_for(current_config()).channel().hello.pid)
        threading.Timer(0.5, (there / "go").touch).start()

        assert future.result(30) == "it was there"

    def test_the_site_is_asked_once(self):
        config = current_config()
        link = link_for(config)
        scheduler = scheduler_named(choose_scheduler(config, link.channel().hello.commands))

        assert learn_site(link, scheduler) == learn_site(link, scheduler) or learn_site(link, scheduler) is scheduler
