"""The contract on what is real: Slurm, Grid Engine, a host with no scheduler, and this machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.schedulers.contract import Contract

real = [pytest.mark.testbed, pytest.mark.xdist_group("schedulers")]


class OnTestbed(Contract):
    """What the three have in common that are reached by ssh."""

    cluster_type = ""
    cancel_command: ClassVar[tuple[str, ...]] = ()

    @pytest.fixture
    def words(self, reached: dict[str, Any]) -> dict[str, Any]:
        return {"cluster_type": self.cluster_type, **reached}

    @pytest.fixture(autouse=True)
    def end_all(self, site):
        self.site = site
        yield
        for command in (["scancel", "-u", "alice"], ["qdel", "-u", "alice"]):
            site.exec("login", command, user="alice", check=False)

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
    cluster_type = "slurm"
    cancel_command = ("scancel",)
    two_cores: ClassVar[dict[str, str]] = {"SLURM_CPUS_PER_TASK": "2", "SLURM_MEM_PER_NODE": "200"}
    waiting: ClassVar[dict[str, Any]] = {"slurm": {"begin": "now+1hour"}}
    waiting_reason = "begin time"
    refused: ClassVar[dict[str, Any]] = {"partition": "nosuch"}
    refusal = "Invalid partition"
    short_time = "00:01:00"  # the least that Slurm knows

    test_a_call_that_takes_too_long_is_ended_and_named_so = pytest.mark.slow(
        Contract.test_a_call_that_takes_too_long_is_ended_and_named_so
    )


class TestGridEngine(OnTestbed):
    pytestmark = real
    cluster_type = "sge"
    cancel_command = ("qdel",)
    two_cores: ClassVar[dict[str, str]] = {"NSLOTS": "2", "PE": "smp", "QUEUE": "all.q"}
    waiting: ClassVar[dict[str, Any]] = {"sge": {"h": True}}
    waiting_reason = "held"
    refused: ClassVar[dict[str, Any]] = {"cores": 30}
    refusal = "no suitable queues"
    # h_vmem becomes the limit of the process's address space: Python itself is told that there is no more.
    memory_errors = (MemoryError,)


class TestPlainHost(OnTestbed):
    pytestmark = real
    cluster_type = "ssh"

    def cancel(self, future):
        self.site.exec("login", ["kill", "-TERM", "--", f"-{future.job_id}"], user="alice")


class TestThisMachine(Contract):
    @pytest.fixture
    def words(self, tmp_path) -> dict[str, Any]:
        return {"cluster_type": "local", "remote_work_dir": str(tmp_path), "environment": None}

    def cancel(self, future):
        os.killpg(int(future.job_id), signal.SIGTERM)
