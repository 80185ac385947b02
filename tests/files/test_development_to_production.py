"""The same lines on a small folder here and on a cluster's; and the configuration as an argument."""

import os

import pytest

import clustrix
from clustrix import (
    ClusterConfig,
    cluster_count_files,
    cluster_du,
    cluster_exists,
    cluster_find,
    cluster_glob,
    cluster_ls,
    cluster_read_text,
    cluster_stat,
)

TREE = {"data/a.csv": "1\n2\n", "data/run 1/b.csv": "3\n", "data/run 1/notes.txt": "", ".hidden": "x"}


@clustrix.cluster
def look(config=None):
    """What a program asks, wherever it is; paths are told from the folder that was searched."""
    found = cluster_find("*.csv", "data", config)
    top = os.path.commonpath(found)
    total = 0
    for path in found:
        with open(path) if os.path.exists(path) else clustrix.cluster_open(path, "r", config) as stream:
            total += sum(int(line) for line in stream)
    return {
        "ls": cluster_ls(".", config),
        "find": [os.path.relpath(path, top) for path in found],
        "glob": [os.path.relpath(path, top) for path in cluster_glob("data/*/*", ".", config)],
        "sizes": [entry.size for entry in cluster_stat(found, config)],
        "texts": [cluster_read_text(path, config) for path in found],
        "du": tuple(cluster_du(".", config)),
        "count": cluster_count_files(".", "*", config),
        "exists": cluster_exists("nowhere", config),
        "total": total,
    }


@clustrix.cluster
def arrived(config):
    return config.cluster_type, config.cluster_host, config.remote_work_dir, config.cores, config.module_loads


def fill(root):
    for name, text in TREE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


EXPECTED = {
    "ls": [".hidden", "data"],
    "find": ["a.csv", "run 1/b.csv"],
    "glob": ["run 1/b.csv", "run 1/notes.txt"],
    "sizes": [4, 2],
    "texts": ["1\n2\n", "3\n"],
    "du": (7, 4),
    "count": 4,
    "exists": False,
    "total": 6,
}


def test_here_without_a_job_and_in_one(folder):
    fill(folder)
    config = ClusterConfig(cluster_type="local", local_work_dir=str(folder))
    assert look.local(config) == EXPECTED
    with clustrix.using(cluster_type="local", local_work_dir=str(folder), environment=None):
        assert look.local() == EXPECTED
        assert look() == EXPECTED
        assert look(config) == EXPECTED


def test_a_configuration_arrives_whole(cluster_python):
    config = ClusterConfig(cluster_host="login.hpc.edu", remote_work_dir="/scratch", cores=4, module_loads=["gcc/12"])
    with clustrix.using(cluster_type="local", python_executable=cluster_python, environment=None):
        assert arrived(config) == ("auto", "login.hpc.edu", "/scratch", 4, ("gcc/12",))


def test_what_a_job_tells_of_files_comes_back_as_what_it_is(folder):
    fill(folder)
    with clustrix.using(cluster_type="local", local_work_dir=str(folder), environment=None):
        told = clustrix.cluster(lambda: (cluster_stat("data/a.csv"), cluster_du("data")))()
    assert [type(each).__name__ for each in told] == ["FileInfo", "DiskUsage"]
    assert told[0].is_file
    assert told[0].modified_datetime.tzinfo is not None
    assert told[1].total_mb == 6 / 1024**2


@pytest.mark.testbed
def test_on_a_cluster_from_here_and_in_a_slurm_job(over_ssh, ssh_config_words):
    fill(over_ssh.root)
    over_ssh.settle()
    config = ClusterConfig(remote_work_dir=over_ssh.folder, **ssh_config_words)
    assert look.local(config) == EXPECTED
    with clustrix.using(remote_work_dir=over_ssh.folder, **ssh_config_words):
        assert look.local() == EXPECTED
        assert look() == EXPECTED
        assert look(config) == EXPECTED
