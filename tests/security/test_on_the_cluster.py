"""What others on a shared login node can see of a call, and what they can do to it."""

import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from testbed.processes import wait_until

import clustrix
from tests.faults.test_connections import let_go, running
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

double = clustrix.cluster(on_nodes.double)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)
write_plot = clustrix.cluster(on_nodes.write_plot)

SECRET = "s3cr3t-of-the-laptop"
CALL = """
import clustrix
from tests.slurm import on_nodes
print(clustrix.cluster(on_nodes.wait_for_file)({path!r}), flush=True)
"""


def of_those_there(paths, look):
    """What is seen of each path; announcements go as soon as they have been read."""
    seen = {}
    for path in paths:
        with suppress(FileNotFoundError):
            seen[path] = look(path)
    return seen


@pytest.fixture
def shared(testbed):
    """A folder in which everybody may write."""
    testbed.exec("login", ["mkdir", "-p", "-m", "1777", "/scratch/everybody"])
    yield "/scratch/everybody"
    testbed.exec("login", ["rm", "-rf", "/scratch/everybody"])


def test_only_its_owner_can_read_what_a_call_leaves_on_the_cluster(cluster, remote, testbed, untouched):
    with cluster(cleanup_on_success=False):
        future = write_plot.submit()
        future.result(60)
    wait_until((remote.job(future.key) / "outcomes/0.exit").exists, 60, "the script has ended")

    root = remote.path(".clustrix")
    owner = root.stat().st_uid
    found = [root, *root.rglob("*")]
    assert len(found) > 20
    for path, told in of_those_there(found, Path.lstat).items():
        assert told.st_uid == owner
        assert not stat.S_IMODE(told.st_mode) & 0o077, path
    for path in ("", "/jobs", f"/jobs/{future.key}/calls", "/spool"):
        told = testbed.exec("login", ["cat", f"/home/alice/.clustrix{path}"], user="bob", check=False)
        assert "Permission denied" in told.stderr


def test_a_folder_that_somebody_else_made_first_is_refused(cluster, testbed, shared):
    testbed.exec("login", ["mkdir", "-m", "0777", f"{shared}/.clustrix"], user="bob")

    with cluster(remote_work_dir=shared):
        error = double.submit(1).exception(60)

    assert isinstance(error, PermissionError)
    assert "belongs to another user" in str(error)
    assert not list(testbed.path("login", f"{shared}/.clustrix").iterdir())


def test_a_link_that_somebody_else_made_first_is_refused(cluster, testbed, shared):
    testbed.exec("login", ["mkdir", "-p", "/home/alice/private"], user="alice")
    testbed.exec("login", ["ln", "-s", "/home/alice/private", f"{shared}/.clustrix"], user="bob")

    with cluster(remote_work_dir=shared):
        error = double.submit(1).exception(60)

    assert isinstance(error, PermissionError)


def test_a_link_of_ones_own_is_followed_and_an_open_folder_is_closed(cluster, testbed):
    testbed.exec("login", ["mkdir", "-p", "-m", "0777", "/scratch/alices"], user="alice")
    testbed.exec("login", ["mkdir", "-p", "/home/alice/linked"], user="alice")
    testbed.exec("login", ["ln", "-sfn", "/scratch/alices", "/home/alice/linked/.clustrix"], user="alice")

    with cluster(remote_work_dir="~/linked"):
        assert double(1) == 2
    assert not testbed.path("login", "/scratch/alices").stat().st_mode & 0o022


def test_nothing_of_the_laptops_environment_gets_to_the_cluster(client, remote, testbed):
    caller = client(CALL.format(path="/home/alice/env"), ODD_NAME_OF_THE_LAPTOP=SECRET)
    key = caller.key()
    wait_until((remote.job(key) / "outcomes/0.started").exists, 60, "it runs")
    node = testbed.exec("login", ["squeue", "-h", "-u", "alice", "-o", "%N"]).stdout.split()[0]
    seen = []
    for host in ("login", node):
        told = testbed.exec(
            host, ["sh", "-c", "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'"]
        )
        seen.append(told.stdout.encode("utf-8", "surrogateescape"))
    files = [path for path in remote.path(".clustrix").rglob("*") if path.is_file()]
    seen += of_those_there(files, Path.read_bytes).values()
    remote.path("env").touch()

    assert caller.process.communicate(timeout=60)[0] == "1\n"
    assert any(key.encode() in each for each in seen)
    for each in seen:
        assert SECRET.encode() not in each
        assert b"ODD_NAME_OF_THE_LAPTOP" not in each


def test_no_argument_is_seen_in_a_list_of_processes_or_in_the_queue(cluster, testbed, remote):
    path = "/home/alice/argument-that-is-private"
    with cluster():
        future = running(wait_for_file.submit(path))
        node = future.status().node.split(".")[0]
        seen = [testbed.exec(host, ["ps", "axww"], user="bob").stdout for host in ("login", node)]
        seen.append(testbed.exec("login", ["squeue", "-o", "%all"], user="bob").stdout)
        let_go(remote, "argument-that-is-private")
        future.result(60)

    assert future.key in seen[1]
    assert not [each for each in seen if "argument-that-is-private" in each]


def test_a_spool_entry_or_an_outcome_for_another_job_is_not_believed(cluster, remote):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/planted"))
        folder = remote.job(future.key)
        owner = folder.stat()
        planted = folder / "outcomes/0"
        planted.write_bytes(b"clustrix-outcome 1\n" + b"0" * 64 + b'\n{"kind": "returned", "buffers": []}\nI4\n.')
        os.chown(planted, owner.st_uid, owner.st_gid)
        spool = remote.path(f".clustrix/spool/{future.key}.0.outcome")
        spool.touch()
        error = future.exception(60)
        let_go(remote, "planted")

    assert "signature" in str(error)
