"""The piece of shell that submits, with commands in place of Slurm's that behave as Slurm was seen to."""

import subprocess

import pytest

from clustrix.jobs import CommandAnswer
from clustrix.schedulers.slurm import SlurmScheduler
from tests.slurm.test_script import spec_with

SLURM = SlurmScheduler()


@pytest.fixture
def submit(tmp_path):
    """Run the submit command with these stand-ins; gives its answer and the commands that were run."""

    def run(**commands):
        for name in ("sbatch", "squeue", "sinfo", "sacctmgr", "scontrol"):
            stand_in = tmp_path / name
            stand_in.write_text(f"#!/bin/sh\necho {name} >>{tmp_path}/run\n{commands.get(name, 'exit 1')}\n")
            stand_in.chmod(0o755)
        answer = subprocess.run(
            SLURM.submit_argv(spec_with()) or [],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        ran = (tmp_path / "run").read_text().split()
        return CommandAnswer(answer.returncode, answer.stdout, answer.stderr), ran

    return run


def test_where_sbatch_is_content_nothing_else_is_asked(submit):
    answer, ran = submit(sbatch="echo advice >&2; echo 48213")

    assert SLURM.parse_submit(answer, spec_with()) == "48213"
    assert answer.stderr == "advice\n"
    assert ran == ["sbatch"]


def test_where_it_gave_up_waiting_the_job_is_looked_for(submit):
    answer, ran = submit(
        sbatch="echo 'sbatch: error: Socket timed out on send/recv operation' >&2; exit 1", squeue="echo 7"
    )

    assert SLURM.parse_submit(answer, spec_with()) == "7"
    assert ran == ["sbatch", "squeue"]


def test_a_controller_that_is_away_is_not_asked_what_it_offers(submit):
    answer, ran = submit(sbatch="echo 'sbatch: error: Unable to contact slurm controller' >&2; exit 1")

    assert answer.returncode == 1
    assert ran == ["sbatch"]


def test_where_it_refuses_what_there_is_comes_along(submit):
    answer, ran = submit(
        sbatch="echo 'sbatch: error: Invalid partition name specified' >&2; exit 1",
        sinfo="echo 'partition|main*|1:00:00|2|8|4000|(null)|(null)'",
        scontrol="echo 'MaxArraySize            = 1001'",
    )

    assert answer.stdout.splitlines() == ["partition|main*|1:00:00|2|8|4000|(null)|(null)", "array|1001"]
    assert "squeue" not in ran
