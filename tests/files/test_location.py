"""«On the cluster already?»: the true and the false yes and no."""

import json
import os
import shutil

import pytest

from clustrix import location
from clustrix.config import ClusterConfig
from clustrix.location import Machine, institution, is_on_cluster
from clustrix_remote import file_mark


@pytest.fixture(autouse=True)
def no_ssh(monkeypatch):
    monkeypatch.setattr(location, "_resolved", lambda host, config, options: ALIASES.get(host, host))


ALIASES = {"hpc": "login.hpc.test"}


def machine(*names, user="alice", has_scheduler=False, **environment):
    return Machine(frozenset(names), environment, has_scheduler, user)


def config(host, **words):
    return ClusterConfig(cluster_host=host, remote_work_dir="/nowhere/at/all", **words)


IN_SLURM = {"SLURM_JOB_ID": "7"}

YES = {
    "the login node itself": ("login.hpc.edu", machine("login.hpc.edu")),
    "whatever the case, and a dot at the end": ("Login.HPC.edu.", machine("login.hpc.edu")),
    "an alias of ssh_config for it": ("hpc", machine("login", "login.hpc.test")),
    "a short name, as the domain's own": ("ndoli", machine("ndoli.dartmouth.edu")),
    "both names short": ("ndoli", machine("ndoli")),
    "a Slurm job at the same institution": ("ndoli.dartmouth.edu", machine("s17.hpcc.dartmouth.edu", **IN_SLURM)),
    "a PBS job there": ("ndoli.dartmouth.edu", machine("s17.hpcc.dartmouth.edu", PBS_JOBID="7.server")),
    "an SGE job there": ("ndoli.dartmouth.edu", machine("s17.dartmouth.edu", JOB_ID="7", SGE_ROOT="/opt/sge")),
    "another login node, where Slurm is configured": (
        "ndoli.dartmouth.edu",
        machine("andes.dartmouth.edu", has_scheduler=True),
    ),
    "a registry's second label": ("login.hpc.cam.ac.uk", machine("cpu-e-1.data.cam.ac.uk", **IN_SLURM)),
}

NO = {
    "a laptop of the same institution": ("ndoli.dartmouth.edu", machine("mylaptop.dartmouth.edu")),
    "a job at another institution": ("ndoli.dartmouth.edu", machine("s17.hpc.mit.edu", **IN_SLURM)),
    "two universities of one country": ("login.hpc.cam.ac.uk", machine("node1.arc.ox.ac.uk", **IN_SLURM)),
    "a job on a node with a short name": ("ndoli.dartmouth.edu", machine("s17", **IN_SLURM)),
    "a short name that a host elsewhere has, too": ("login.hpc.edu", machine("login")),
    "a laptop named like an alias": ("hpc", machine("hpc")),
    "two hosts at one cloud provider": (
        "ec2-3-1-1-1.eu.compute.amazonaws.com",
        machine("ec2-3-2-2-2.eu.compute.amazonaws.com", **IN_SLURM),
    ),
    "two hosts of private networks": ("login.internal", machine("worker.internal", **IN_SLURM)),
    "private names with a zone": ("a.eu-west-1.compute.internal", machine("b.eu-west-1.compute.internal", **IN_SLURM)),
    "names of a home network": ("nas.local", machine("laptop.local", **IN_SLURM)),
    "no name at all": ("ndoli.dartmouth.edu", machine(**IN_SLURM)),
    "an empty name": ("ndoli.dartmouth.edu", machine("", **IN_SLURM)),
    "a tunnel's near end": ("localhost", machine("laptop", "localhost")),
    "an address": ("10.1.2.3", machine("10.1.9.9", **IN_SLURM)),
    "a name that merely ends like it": ("hpc.dartmouth.edu", machine("s17.notdartmouth.edu", **IN_SLURM)),
    "JOB_ID without SGE": ("ndoli.dartmouth.edu", machine("ci.dartmouth.edu", JOB_ID="7")),
    "an empty job id": ("ndoli.dartmouth.edu", machine("ci.dartmouth.edu", SLURM_JOB_ID="")),
}


@pytest.mark.parametrize(("host", "here"), YES.values(), ids=YES)
def test_this_is_the_cluster(host, here):
    assert is_on_cluster(config(host), here)


@pytest.mark.parametrize(("host", "here"), NO.values(), ids=NO)
def test_this_is_not_the_cluster(host, here):
    assert not is_on_cluster(config(host), here)


def test_without_a_host_there_is_no_cluster_to_be_on():
    assert not is_on_cluster(ClusterConfig(), machine("login.hpc.edu", **IN_SLURM))
    assert not is_on_cluster(config("login.hpc.edu", cluster_type="local"), machine("login.hpc.edu"))


def test_another_user_there_sees_other_files():
    assert is_on_cluster(config("login.hpc.edu", username="alice"), machine("login.hpc.edu"))
    assert not is_on_cluster(config("login.hpc.edu", username="bob"), machine("login.hpc.edu"))


def test_a_job_knows_whose_it_is(tmp_path):
    (tmp_path / "job.json").write_text(json.dumps({"cluster": {"cluster_host": "a.hpc.edu"}}))
    here = machine("s17", CLUSTRIX_JOB_FOLDER=str(tmp_path))
    assert is_on_cluster(config("a.hpc.edu"), here)
    assert not is_on_cluster(config("b.hpc.edu"), here)
    assert not is_on_cluster(config("a.hpc.edu"), machine("s17", CLUSTRIX_JOB_FOLDER=str(tmp_path / "gone")))


def test_a_mark_proves_shared_files_and_a_copy_of_it_does_not(tmp_path):
    shared, copied = tmp_path / "shared", tmp_path / "copied"
    shared.mkdir()
    file_mark.leave(str(shared), "a.hpc.edu")
    file_mark.leave(str(shared), "hpc")
    shutil.copytree(shared, copied)

    def asks(host, folder):
        return is_on_cluster(ClusterConfig(cluster_host=host, remote_work_dir=str(folder)), machine("s17"))

    assert asks("a.hpc.edu", shared)
    assert asks("hpc", shared)
    assert not asks("b.hpc.edu", shared)
    assert not asks("a.hpc.edu", copied)
    assert not asks("a.hpc.edu", tmp_path)


def test_an_institution_is_what_registered_the_name():
    assert institution("s17.hpcc.dartmouth.edu") == "dartmouth.edu"
    assert institution("login.hpc.unimelb.edu.au") == "unimelb.edu.au"
    assert institution("cori.nersc.gov") == "nersc.gov"
    assert institution("dartmouth.edu") is None
    assert institution("") is None


def test_the_configuration_stays_as_it_is():
    given = config("ndoli.dartmouth.edu")
    before = repr(given)
    is_on_cluster(given, machine("s17.hpcc.dartmouth.edu", **IN_SLURM))
    assert repr(given) == before


def test_this_machine_is_looked_at_without_a_network():
    this = Machine.this()
    assert "" not in this.names
    assert this.environment is os.environ
