"""The contract on what is real: Slurm, Grid Engine, a host with no scheduler, and this machine."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any, ClassVar

import pytest

import clustrix
from clustrix.config import current_config
from clustrix.connection import link_for
from clustrix.errors import JobCancelledError, JobFailedError
from clustrix.scheduler_poll import ask_scheduler, poll_for
from tests.schedulers.contract import (
    Contract,
    adapter_of,
    double,
    end_slowly,
    hold,
    hold_in_two,
    ignore_and_wait,
    wait_for,
)
from tests.waiting import wait_until

real = [pytest.mark.testbed, pytest.mark.xdist_group("schedulers")]


class OnTestbed(Contract):
    """What the three have in common that are reached by ssh."""

    cluster_type = ""
    cancel_command: ClassVar[tuple[str, ...]] = ()
    #: Commands that this host would not have if it were no other scheduler's, too.
    hidden: ClassVar[tuple[str, ...]] = ()

    @pytest.fixture
    def found_by_itself(self, site):
        commands = [site.path("login", f"/usr/bin/{name}") for name in self.hidden]
        for path in commands:
            path.rename(path.with_suffix(".hidden"))
        yield
        for path in commands:
            path.with_suffix(".hidden").rename(path)

    @pytest.fixture
    def words(self, reached: dict[str, Any]) -> dict[str, Any]:
        return {"cluster_type": self.cluster_type, **reached}

    @pytest.fixture(autouse=True)
    def end_all(self, site):
        self.site = site
        yield
        for command in (["scancel", "-u", "alice"], ["qdel", "-u", "alice"]):
            site.exec("login", command, user="alice", check=False)
        # Within the login node, which is this session's own: the scripts of a host without a scheduler.
        site.exec("login", ["pkill", "-KILL", "-u", "alice", "-f", "/.clustrix/jobs/"], check=False)

    @pytest.fixture
    def folder(self, site, tmp_path) -> str:
        folder = f"/home/alice/{tmp_path.name}"
        site.exec("login", ["mkdir", "-p", folder], user="alice")
        return folder

    @pytest.fixture
    def there(self, site, folder) -> Path:
        return Path(site.path("login", folder))

    def cancel(self, future):
        self.site.exec("login", [*self.cancel_command, future.job_id], user="alice")

    def kill(self, agent):
        self.site.exec("login", ["kill", "-KILL", str(agent)])


class TestSlurm(OnTestbed):
    pytestmark = real
    cluster_type = found = "slurm"
    cancel_command = ("scancel",)
    two_cores: ClassVar[dict[str, str]] = {"SLURM_CPUS_PER_TASK": "2", "SLURM_MEM_PER_NODE": "200"}
    waiting: ClassVar[dict[str, Any]] = {"slurm": {"begin": "now+1hour"}}
    waiting_reason = "begin time"
    refused: ClassVar[dict[str, Any]] = {"partition": "nosuch"}
    refusal = "Invalid partition"
    never: ClassVar[dict[str, Any]] = {"time": "05:00:00"}  # over the partition's limit
    short_time = "00:01:00"  # the least that Slurm knows

    test_a_call_that_takes_too_long_is_ended_and_named_so = pytest.mark.slow(
        Contract.test_a_call_that_takes_too_long_is_ended_and_named_so
    )


class TestTorqueOverSlurm(OnTestbed):
    """The commands of Debian's slurm-wlm-torque: a PBS of sorts that is real."""

    pytestmark = real
    cluster_type = "pbs"
    found = "slurm"  # which is there, too, and tells more
    two_cores: ClassVar[dict[str, str]] = {"SLURM_NTASKS": "2", "SLURM_MEM_PER_NODE": "200"}
    waiting: ClassVar[dict[str, Any]] = {"pbs": {"h": True}}
    waiting_reason = "held"
    refused: ClassVar[dict[str, Any]] = {"partition": "nosuch"}
    refusal = "invalid partition"
    short_time = "00:01:00"

    @pytest.fixture
    def words(self, reached: dict[str, Any]) -> dict[str, Any]:
        return {"cluster_type": "pbs", "module_loads": ["torque"], **reached}

    def cancel(self, future):
        self.site.exec("login", ["/opt/torque/bin/qdel", future.job_id], user="alice")

    def test_a_job_that_is_ending_may_still_tell_how(self, folder, there):
        # They call it ended as soon as it is cancelled; Slurm gives its processes some seconds more, here five.
        config = current_config()
        future = end_slowly.submit(f"{folder}/go")
        wait_until(lambda: "ready" in future.logs(), 30)
        self.cancel(future)
        link, scheduler, job_id = link_for(config), adapter_of(config), str(future.job_id)
        wait_until(lambda: ask_scheduler(link, scheduler, [job_id])[job_id].state.ended, 20)
        poll_for(link).refresh()
        assert not future.done()
        (there / "go").touch()

        assert isinstance(future.exception(30), JobCancelledError)

    test_a_call_that_takes_too_long_is_ended_and_named_so = pytest.mark.slow(
        Contract.test_a_call_that_takes_too_long_is_ended_and_named_so
    )


class TestGridEngine(OnTestbed):
    pytestmark = real
    cluster_type = found = "sge"
    hidden = ("sbatch",)
    cancel_command = ("qdel",)
    two_cores: ClassVar[dict[str, str]] = {"NSLOTS": "2", "PE": "smp", "QUEUE": "all.q"}
    waiting: ClassVar[dict[str, Any]] = {"sge": {"h": True}}
    waiting_reason = "held"
    refused: ClassVar[dict[str, Any]] = {"cores": 30}
    refusal = "no suitable queues"
    # h_vmem becomes the limit of the process's address space: Python itself is told that there is no more.
    memory_errors = (MemoryError,)

    def test_processes_that_hold_too_much_together_are_ended_and_named_so(self):
        with clustrix.using(memory="400MB"), pytest.raises(JobFailedError) as raised:
            hold_in_two(500, 60)

        assert raised.value.kind == "OUT_OF_MEMORY"
        assert 'memory="' in str(raised.value.hint)

    def test_a_function_that_ignores_that_its_time_is_up_is_killed_and_named_so(self):
        with clustrix.using(time="00:00:06"), pytest.raises(JobFailedError) as raised:
            ignore_and_wait(100)

        assert raised.value.kind == "TIMEOUT"

    def test_gpus_are_asked_for_by_the_name_that_the_site_has_for_them(self):
        with clustrix.using(gpus=1):
            assert double(1)[1].startswith("s18")


class Queued:
    """What a host without a scheduler does itself."""

    def test_jobs_that_do_not_fit_together_run_one_after_the_other(self, folder, there):
        with clustrix.using(cores=1024):  # the whole machine, as it has fewer
            first = wait_for.submit(f"{folder}/go")
            wait_until(first.running, 30)
            second = double.submit(4)
            wait_until(lambda: "1 earlier" in second.status().reason, 20)
            (there / "go").touch()

            assert second.result(30)[0] == 8
            assert first.result(30) == "it was there"

    def test_a_waiting_job_can_be_cancelled(self, folder, there):
        with clustrix.using(memory="900TB"):
            first = wait_for.submit(f"{folder}/go")
            wait_until(first.running, 30)
            second = double.submit(4)
            wait_until(lambda: second.status().reason, 20)

            assert second.cancel()
            (there / "go").touch()
            assert first.result(30) == "it was there"

    def test_a_function_that_ignores_that_its_time_is_up_is_killed(self):
        with clustrix.using(time="00:00:02"), pytest.raises(JobFailedError) as raised:
            ignore_and_wait(100)

        assert raised.value.kind == "TIMEOUT"


class TestPlainHost(Queued, OnTestbed):
    pytestmark = real
    cluster_type = "ssh"
    found = "process"
    hidden = ("sbatch", "qconf")

    def cancel(self, future):
        self.site.exec("login", ["kill", "-TERM", "--", f"-{future.job_id}"], user="alice")

    def test_where_control_groups_can_be_had_the_kernel_holds_a_job_to_its_memory(self):
        if not self.site.cgroups:
            pytest.skip("no control groups here")
        ours, there = "/sys/fs/cgroup/memory/of-alice", self.site.node("login")
        agent = link_for(current_config()).channel().hello.pid
        # As an administrator would: a group that belongs to her, and her session in it.
        there.shell('mkdir -p "$1"; chown -R alice "$1"; echo "$2" >"$1/cgroup.procs"', ours, str(agent))
        try:
            with clustrix.using(memory="100MB"), pytest.raises(JobFailedError) as raised:
                hold(400, 30)

            assert raised.value.kind == "OUT_OF_MEMORY"
            # It never had more; who looks twice a second would have met it with 400.
            assert "used 100 MB of 100 MB" in str(raised.value)
            wait_until(lambda: not list(there.path(ours).glob("clustrix-*")), 20)
        finally:
            there.shell(
                'for pid in $(cat "$1/cgroup.procs"); do echo $pid >"$1/../cgroup.procs"; done; rmdir "$1"', ours
            )

    def test_a_job_whose_host_is_started_again_is_lost_and_told_so(self, folder):
        impatient = ["ServerAliveInterval=1", "ServerAliveCountMax=1", "ConnectTimeout=2"]
        with clustrix.using(cluster_host="gateway", ssh_options=impatient):
            future = wait_for.submit(f"{folder}/go")
        wait_until(future.running, 30)
        running_since = time.monotonic()
        # A node of the testbed claims to have been started up to a second before it was.
        wait_until(lambda: time.monotonic() - running_since > 1.2)
        self.site.kill_node("gateway")
        self.site.start_node("gateway")

        error = future.exception(60)
        assert isinstance(error, JobFailedError)
        assert error.kind == "NODE_FAIL"
        assert "its host was started again" in str(error)


class TestThisMachine(Queued, Contract):
    found = "process"

    @pytest.fixture
    def words(self, tmp_path) -> dict[str, Any]:
        return {"cluster_type": "local", "remote_work_dir": str(tmp_path), "environment": None}

    def cancel(self, future):
        os.killpg(int(future.job_id), signal.SIGTERM)
