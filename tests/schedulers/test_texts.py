"""What the adapters make of a job, and of what the commands answered.

Grid Engine's transcripts are recorded from 8.1.9. Those of PBS and LSF are written after their manuals.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from clustrix.config import ClusterConfig
from clustrix.errors import ConfigError, SubmitError
from clustrix.jobs import CommandAnswer, JobState
from clustrix.schedulers import SCHEDULERS, choose_scheduler, scheduler_named
from clustrix.schedulers.lsf import LsfScheduler
from clustrix.schedulers.names import short_name
from clustrix.schedulers.pbs import PbsScheduler
from clustrix.schedulers.process import ProcessScheduler
from clustrix.schedulers.sge import SgeScheduler
from tests.slurm.test_script import spec_with

RECORDED = Path(__file__).parent / "transcripts"
SGE = SgeScheduler().knowing(CommandAnswer(0, (RECORDED / "sge/probe.txt").read_text(), ""))
PRO, TORQUE, OVER_SLURM, LSF = PbsScheduler(), PbsScheduler("torque"), PbsScheduler("slurm"), LsfScheduler()
S = JobState


def words_of(scheduler, **asked):
    return " ".join(scheduler.submit_argv(spec_with(**asked)))


# ---------------------------------------------------------------------------------------------------------- choosing


@pytest.mark.parametrize(
    ("commands", "name"),
    [
        (["sbatch", "qsub", "qstat", "pbsnodes"], "slurm"),
        (["qsub", "qstat", "qconf"], "sge"),
        (["qsub", "qstat", "pbsnodes"], "pbs"),
        (["bsub", "bjobs"], "lsf"),
        (["qsub"], "process"),
        ([], "process"),
    ],
)
def test_the_commands_of_a_host_tell_its_scheduler(commands, name):
    config = ClusterConfig(cluster_host="login.hpc.test")

    assert choose_scheduler(config, {command: f"/usr/bin/{command}" for command in commands}) == name


def test_commands_on_this_machine_without_a_cluster_are_no_scheduler():
    assert choose_scheduler(ClusterConfig(), {"bsub": "/nowhere/bin/bsub", "bjobs": "/nowhere/bin/bjobs"}) == "process"


def test_each_scheduler_has_an_adapter_of_its_name():
    assert [scheduler_named(name).name for name in SCHEDULERS] == list(SCHEDULERS)


def test_an_unknown_scheduler_is_told_with_the_nearest_name():
    with pytest.raises(ConfigError, match='did you mean "slurm"'):
        scheduler_named("slrum")


def test_each_scheduler_gets_its_own_options_alone():
    config = ClusterConfig(cores=2, sge={"P": "lab"}, slurm={"qos": "x"})

    assert config.resources_on("sge").extra == {"P": "lab"}
    assert config.resources_on("process").extra == {}


# -------------------------------------------------------------------------------------------------------- Grid Engine


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "-terse -N fit-1 -S /bin/sh -cwd -j y -o :/home/alice/.clustrix/jobs/fit-1/logs/0.log -r n -w e"),
        ({"cores": 4}, "-pe smp 4"),
        ({"cores": 4, "memory_bytes": 2**30}, "-l h_vmem=256M"),
        ({"walltime_seconds": 3600}, "-l h_rt=3600,s_rt=3595"),
        ({"walltime_seconds": 10}, "-l h_rt=10,s_rt=8"),
        ({"gpus": 2}, "-l gpu=2"),
        ({"cores": 2, "gpus": 2}, "-l gpu=1"),
        ({"partition": "short.q"}, "-q short.q"),
        ({"account": "lab"}, "-P lab"),
        ({"constraint": "arch=lx-amd64"}, "-l arch=lx-amd64"),
        ({"dependency": "4711"}, "-hold_jid 4711"),
        ({"tasks": 10, "max_parallel": 3}, "-t 1-10 -tc 3"),
        ({"cores": 4, "extra": {"pe": "mpi"}}, "-pe mpi 4"),
        ({"extra": {"pe": "mpi 16", "R": "y"}}, "-pe mpi 16 -R y"),
    ],
)
def test_each_word_becomes_grid_engines_option(asked, words):
    assert words in words_of(SGE, **asked)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"qos": "high"}, "sge="),
        ({"nodes": 2}, "mpi"),
        ({"cores": 2, "gpus": 1}, "for each core"),
        ({"extra": {"terse": True}}, "clustrix itself"),
        ({"extra": {"l": "two\nlines"}}, "one line"),
    ],
)
def test_what_cannot_be_said_to_grid_engine_is_refused_here(asked, hint):
    with pytest.raises(ConfigError) as raised:
        SGE.submit_argv(spec_with(**asked))

    assert hint in str(raised.value)


def test_a_site_that_could_not_be_asked_is_taken_to_be_as_most_are():
    unknown = SgeScheduler().knowing(CommandAnswer(1, "", "error: unable to contact qmaster"))

    assert "-pe smp 4 -l h_vmem=256M" in words_of(unknown, cores=4, memory_bytes=2**30)


@pytest.mark.parametrize(
    ("job", "state", "reason"),
    [
        ("41", S.RUNNING, ""),
        ("42", S.TIMEOUT, ""),
        ("43", S.CANCELLED, "qdel"),
        ("44", S.OUT_OF_MEMORY, ""),
        ("45", S.FAILED, ""),
        ("46", S.DONE, ""),
        ("47", S.PENDING, "waiting for cores: the parallel environment smp has 0 free"),
        ("50", S.PENDING, "held"),
        ("51", S.PENDING, "waiting for the jobs it depends on"),
        ("52", S.PENDING, "waiting for its begin time"),
        ("53", S.PENDING, "can't chdir to /nosuch"),
        ("54", S.PENDING, "waiting for a node with h_vmem=50G"),
        ("55", S.PENDING, "over those of the queue short.q"),
        ("56", S.CANCELLED, "while it waited"),
    ],
)
def test_grid_engines_answers_are_told_in_plain_words(job, state, reason):
    text = (RECORDED / "sge/status.txt").read_text()
    status = SGE.parse_status(CommandAnswer(0, text, ""), [job])[job]

    assert status.state is state
    assert reason in status.reason
    assert status.can_start is (job != "53")


@pytest.mark.parametrize("text", ["", "clustrix qstat 1\nerror: unable to send message to qmaster\n", "nonsense"])
def test_no_answer_of_grid_engine_is_no_end(text):
    assert SGE.parse_status(CommandAnswer(1, text, ""), ["7"])["7"].state is S.UNKNOWN


def test_a_refusal_of_grid_engine_says_what_there_is():
    said = 'Unable to run job: Job was rejected because job requests unknown queue "nosuch.q"\nExiting.\n'

    with pytest.raises(SubmitError) as raised:
        SGE.parse_submit(CommandAnswer(1, "", said), spec_with())

    assert 'unknown queue "nosuch.q"' in raised.value.what
    assert "all.q, short.q" in raised.value.hint


@pytest.mark.parametrize("text", ["48213\n", "48213.1-10:1\n", "your quota is fine\n48213\n"])
def test_grid_engines_number_is_found(text):
    assert SGE.parse_submit(CommandAnswer(0, text, ""), spec_with()) == "48213"


# ----------------------------------------------------------------------------------------------------------------- PBS


@pytest.mark.parametrize(
    ("scheduler", "asked", "words"),
    [
        (PRO, {"cores": 4, "memory_bytes": 2**30, "gpus": 1}, "-l select=1:ncpus=4:mem=1024mb:ngpus=1"),
        (TORQUE, {"cores": 4, "memory_bytes": 2**30, "gpus": 1}, "-l nodes=1:ppn=4:gpus=1,mem=1024mb"),
        (PRO, {"walltime_seconds": 90000}, "-l walltime=25:00:00"),
        (PRO, {"partition": "long", "account": "lab"}, "-q long -A lab"),
        (PRO, {"dependency": "48213.pbs01"}, "-W depend=afterok:48213.pbs01"),
        (PRO, {"dependency": "afterany:48213"}, "-W depend=afterany:48213"),
        (PRO, {"tasks": 10, "max_parallel": 3}, "-J 0-9%3"),
        (TORQUE, {"tasks": 10}, "-t 0-9"),
        (OVER_SLURM, {"cores": 2, "constraint": "icelake"}, "-l nodes=1:ppn=2,proc=icelake"),
        (PRO, {"extra": {"l": "place=excl"}}, "-l place=excl"),
    ],
)
def test_each_word_becomes_the_option_of_its_pbs(scheduler, asked, words):
    assert words in words_of(scheduler, **asked)


def test_its_dialect_is_told_by_its_version():
    assert PRO.knowing(CommandAnswer(0, "Version: 6.1.2\nCommit: 661e092\n", "")) == TORQUE
    assert PRO.knowing(CommandAnswer(0, "pbs_version = 20.0.1\n", "")) == PRO
    assert PRO.knowing(CommandAnswer(0, "Unknown option: version\nclustrix: over Slurm\n", "")) == OVER_SLURM


def test_a_name_fits_into_what_old_versions_take():
    name = short_name(spec_with(key="optimise-0123456789", name="optimise"))

    assert (name, len(name)) == ("opti-0123456789", 15)


@pytest.mark.parametrize(
    ("job", "state", "said"),
    [
        ("101.pbs01", S.RUNNING, ""),
        ("102.pbs01", S.PENDING, "Insufficient amount of resource: ncpus (R: 64 A: 12 T: 128)"),
        ("103.pbs01", S.PENDING, "Insufficient amount of resource"),
        ("104.pbs01", S.PENDING, "held"),
        ("105.pbs01", S.FAILED, ""),
        ("106.pbs01", S.TIMEOUT, ""),
        ("107.pbs01", S.OUT_OF_MEMORY, ""),
        ("108.pbs01", S.CANCELLED, ""),
        ("109.pbs01", S.CANCELLED, "before it started"),
        ("110.pbs01", S.DONE, ""),
        ("111.pbs01", S.UNKNOWN, ""),
        ("112.pbs01", S.FAILED, "does not know it"),
    ],
)
def test_pbs_pros_listing_is_read(job, state, said):
    text = (RECORDED / "pbs/pro.txt").read_text()
    status = PRO.parse_status(CommandAnswer(153, text, ""), [job])[job]

    assert status.state is state
    assert said in status.reason
    assert status.can_start is (job != "103.pbs01")


@pytest.mark.parametrize(
    ("job", "state", "node"),
    [
        ("21.torque.test", S.TIMEOUT, "node3"),
        ("22.torque.test", S.RUNNING, "node4"),
        ("23.torque.test", S.FAILED, "node4"),
        ("24.torque.test", S.FAILED, ""),
    ],
)
def test_torques_listing_is_read(job, state, node):
    status = TORQUE.parse_status(CommandAnswer(0, (RECORDED / "pbs/torque.txt").read_text(), ""), [job])[job]

    assert (status.state, status.node) == (state, node)


@pytest.mark.parametrize(
    ("job", "state", "node", "said"),
    [
        ("2", S.RUNNING, "s17", ""),
        ("3", S.PENDING, "", "held"),
        ("4", S.FAILED, "s17", "left no word"),
        ("5", S.CANCELLED, "", "before it started"),
    ],
)
def test_the_listing_of_torques_commands_over_slurm_is_read(job, state, node, said):
    text = (RECORDED / "pbs/over_slurm.txt").read_text()
    status = OVER_SLURM.parse_status(CommandAnswer(0, text, ""), [job])[job]

    assert (status.state, status.node) == (state, node)
    assert said in status.reason


def test_what_they_do_not_know_is_gone_and_what_they_refuse_is_told():
    assert "does not know it" in OVER_SLURM.parse_status(CommandAnswer(153, "", ""), ["9"])["9"].reason
    with pytest.raises(SubmitError, match="invalid partition specified: nosuch; Batch job submission failed") as raised:
        OVER_SLURM.parse_submit(
            CommandAnswer(1, (RECORDED / "pbs/over_slurm_refused.txt").read_text(), ""), spec_with()
        )

    assert "change partition" in raised.value.hint


def test_a_server_that_does_not_answer_is_no_end():
    said = CommandAnswer(111, "", "qstat: cannot connect to server pbs01 (errno=111)")

    assert PRO.parse_status(said, ["1.pbs01"])["1.pbs01"].state is S.UNKNOWN


@pytest.mark.parametrize(
    ("details", "state"),
    [
        ({"signal": "TERM", "said": "=>> PBS: job killed: walltime 65 exceeded limit 60"}, S.TIMEOUT),
        ({"signal": "TERM", "said": "=>> PBS: job killed: mem 4198400kb exceeded limit 4194304kb"}, S.OUT_OF_MEMORY),
        ({"signal": "TERM", "limit": "time"}, S.TIMEOUT),
        ({"signal": "TERM"}, S.CANCELLED),
        ({}, S.FAILED),
    ],
)
def test_the_exit_record_names_the_cause_on_pbs(details, state):
    assert PRO.read_exit(143, details).state is state


# ----------------------------------------------------------------------------------------------------------------- LSF


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "-J fit-1 -o /dev/null -n 1 -rn exec /bin/sh /home/alice/.clustrix/jobs/fit-1/submit.sh"),
        ({"cores": 4}, "-n 4 -rn -R span[hosts=1]"),
        ({"memory_bytes": 2**30}, "-M 1024MB -R rusage[mem=1024MB]"),
        ({"walltime_seconds": 5400}, "-W 90"),
        ({"gpus": 2, "gpu_type": "a100"}, "-gpu num=2:gmodel=a100"),
        ({"dependency": "7,8"}, "-w done(7) && done(8)"),
        ({"tasks": 10, "max_parallel": 3}, "-J fit-1[1-10]%3"),
        ({"partition": "long", "account": "lab", "qos": "gold"}, "-q long -P lab -sla gold"),
        ({"extra": {"x": True}}, "-x exec"),
    ],
)
def test_each_word_becomes_lsfs_option(asked, words):
    assert words in words_of(LSF, **asked)


@pytest.mark.parametrize(
    ("job", "state", "reason"),
    [
        ("201", S.RUNNING, ""),
        ("202", S.PENDING, "requirements for resource reservation not satisfied: 3 hosts"),
        ("203", S.FAILED, ""),
        ("204", S.CANCELLED, "by yourself"),
        ("205", S.TIMEOUT, ""),
        ("206", S.OUT_OF_MEMORY, ""),
        ("207", S.DONE, ""),
        ("208", S.RUNNING, "does not answer"),
        ("209", S.NODE_FAIL, ""),
        ("210", S.FAILED, ""),
        ("211", S.PENDING, "suspended by the user"),
        ("212", S.UNKNOWN, ""),
        ("213", S.FAILED, "does not know"),
        ("214", S.UNKNOWN, ""),
    ],
)
def test_bjobs_is_read(job, state, reason):
    answer = CommandAnswer(0, (RECORDED / "lsf/bjobs.txt").read_text(), "Job <213> is not found\n")
    status = LSF.parse_status(answer, [job])[job]

    assert status.state is state
    assert reason in status.reason


def test_the_first_host_of_several_is_the_node():
    answer = CommandAnswer(0, (RECORDED / "lsf/bjobs.txt").read_text(), "")

    assert LSF.parse_status(answer, ["201", "210"])["201"].node == "node7"
    assert LSF.parse_status(answer, ["201", "210"])["210"].signal == 11


# -------------------------------------------------------------------------------------------- a host with no scheduler


@pytest.mark.parametrize(
    ("details", "state"),
    [
        ({"signal": "TERM", "limit": "time"}, S.TIMEOUT),
        ({"signal": "TERM", "limit": "memory 409600"}, S.OUT_OF_MEMORY),
        ({"signal": "TERM"}, S.CANCELLED),
        ({}, S.FAILED),
    ],
)
def test_the_exit_record_names_the_cause_without_a_scheduler(details, state):
    status = ProcessScheduler().read_exit(143, details)

    assert status.state is state
    assert status.max_rss_bytes == (409600 * 1024 if state is S.OUT_OF_MEMORY else None)


def test_a_waiting_job_of_a_host_says_for_what():
    answer = CommandAnswer(0, "  17 Ss\n  18 S\nwaiting 18 waiting for 2 earlier jobs of yours on this host\n", "")
    told = ProcessScheduler().parse_status(answer, ["17", "18", "19"])

    assert [each.state for each in told.values()] == [S.RUNNING, S.PENDING, S.FAILED]
    assert told["18"].reason == "waiting for 2 earlier jobs of yours on this host"


# -------------------------------------------------------------------------------------------------------------- arrays


def test_each_task_of_an_array_has_a_name_of_its_own():
    assert SGE.task_id("48213", 0) == "48213.1"
    assert PRO.task_id("48213[].pbs01", 7) == "48213[7].pbs01"
    assert LSF.task_id("48213", 0) == "48213[1]"
    assert SGE.cancel_argv(["48213.1"])[-1] == "48213.1"
    assert LSF.cancel_argv(["48213[1]"])[-1] == "48213[1]"


def test_lsfs_tasks_are_told_one_by_one():
    answer = CommandAnswer(0, (RECORDED / "lsf/bjobs.txt").read_text(), "")
    told = LSF.parse_status(answer, ["215", "215[1]", "215[2]", "215[3]", "215[4]"])

    assert [each.state for each in told.values()] == [S.RUNNING, S.RUNNING, S.FAILED, S.PENDING, S.UNKNOWN]


def test_grid_engines_tasks_are_told_one_by_one():
    answer = CommandAnswer(0, (RECORDED / "sge/array.txt").read_text(), "")
    told = SGE.parse_status(answer, ["61", "61.1", "61.2", "61.20", "62.1", "62.2"])

    assert [each.state for each in told.values()] == [S.RUNNING, S.RUNNING, S.RUNNING, S.PENDING, S.DONE, S.FAILED]
    assert told["62.2"].exit_code == 2


@pytest.mark.parametrize(
    ("says", "chosen"), [("login.hpc.test\n", "sge"), ("\n", "process"), ("", "process"), (None, "process")]
)
def test_commands_of_a_scheduler_on_a_laptop_without_a_cluster_are_passed_over(tmp_path, monkeypatch, says, chosen):
    named = tmp_path / "default/common/act_qmaster"
    named.parent.mkdir(parents=True)
    if says is not None:
        named.write_text(says)
    monkeypatch.setenv("SGE_ROOT", str(tmp_path))
    commands = {"qsub": f"{tmp_path}/bin/qsub", "qconf": f"{tmp_path}/bin/qconf"}

    assert choose_scheduler(ClusterConfig(), commands) == chosen
