"""The contract on imitations of PBS Pro, Torque and LSF, whose commands stand first on PATH of a real agent."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import pytest

import clustrix
from clustrix.errors import JobFailedError
from tests.schedulers import imitation
from tests.schedulers.contract import Contract, hold


class Imitated(Contract):
    family = ""
    dialect = ""
    cancel_command = ""

    @pytest.fixture
    def words(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        self.commands = tmp_path / "commands"
        self.commands.mkdir()
        imitation.install(self.commands, self.family, self.dialect)
        monkeypatch.setenv("PATH", f"{self.commands}:{os.environ['PATH']}")
        monkeypatch.setenv("IMITATION_MINUTE", "3")
        return {"cluster_type": self.family, "remote_work_dir": str(tmp_path), "environment": None}

    @pytest.fixture
    def found_by_itself(self, words, tmp_path, monkeypatch):
        # This machine has commands of other schedulers, and no cluster of theirs.
        for name in ("pbs.conf", "lsf.conf"):
            (tmp_path / name).write_text("its cluster's description\n")
        monkeypatch.setenv("PBS_CONF_FILE", str(tmp_path / "pbs.conf"))
        monkeypatch.setenv("LSF_ENVDIR", str(tmp_path))

    @pytest.fixture(autouse=True)
    def end_all(self, words):
        yield
        for job in imitation.Jobs(self.commands / "state").all():
            if job["state"] != "F":
                (self.commands / "state" / f"{job['number']}.deleted").touch()

    def cancel(self, future):
        subprocess.run([self.cancel_command, future.job_id], check=True, capture_output=True)


class TestPbsPro(Imitated):
    family = found = "pbs"
    cancel_command = "qdel"
    two_cores: ClassVar[dict[str, str]] = {"NCPUS": "2", "PBS_QUEUE": "workq"}
    waiting: ClassVar[dict[str, Any]] = {"pbs": {"h": True}}
    waiting_reason = "held"
    refused: ClassVar[dict[str, Any]] = {"partition": "nosuch"}
    refusal = "Unknown queue"

    def test_a_call_whose_time_is_up_before_python_is_started_is_named_so(self):
        limits: dict[str, Any] = {"time": self.short_time, "pre_execution_commands": ["sleep 60"]}
        with clustrix.using(**limits), pytest.raises(JobFailedError) as raised:
            hold(1, 1)

        assert raised.value.kind == "TIMEOUT", raised.value


class TestTorque(TestPbsPro):
    dialect = "torque"


class TestLsf(Imitated):
    family = found = "lsf"
    cancel_command = "bkill"
    two_cores: ClassVar[dict[str, str]] = {"LSB_DJOB_NUMPROC": "2", "LSB_QUEUE": "normal"}
    waiting: ClassVar[dict[str, Any]] = {"lsf": {"H": True}}
    waiting_reason = "suspended by the user"
    refused: ClassVar[dict[str, Any]] = {"partition": "nosuch"}
    refusal = "No such queue"
    short_time = "00:01:00"
