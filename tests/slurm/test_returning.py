"""Leaving and returning: other processes, lost connections, a scheduler that does not answer."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.errors import SubmitError
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]
SOURCES = Path(__file__).parents[2] / "src"

WAIT = """
import clustrix, os, time
@clustrix.cluster
def wait():
    print('begun')
    while not os.path.exists('/home/alice/may-end'):
        time.sleep(0.02)
    return 7
wait()
"""

sleep = clustrix.cluster(on_nodes.sleep)
double = clustrix.cluster(on_nodes.double)
count_runs = clustrix.cluster(on_nodes.count_runs)


def running(future):
    wait_until(lambda: future.running() or future.done(), 20, f"{future} running")
    return future


@pytest.fixture
def elsewhere(testbed):
    """Another process on this machine, as a person would start it: runs Python text; configuration by environment."""

    def start(code: str) -> subprocess.Popen[str]:
        words = {"CLUSTRIX_CLUSTER_HOST": "hpc", "CLUSTRIX_SSH_CONFIG": str(testbed.ssh_config)}
        environment = {**os.environ, **words, "CLUSTRIX_ENVIRONMENT": "none", "PYTHONPATH": str(SOURCES)}
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return start


def test_another_process_can_take_the_value(cluster, elsewhere):
    with cluster():
        future = running(sleep.submit(2.5))
    other = elsewhere(f"import clustrix; print(clustrix.attach({future.key!r}).result(30))")

    assert other.communicate(timeout=60) == ("2.5\n", "")
    assert future.result(30) == 2.5


def test_ctrl_c_leaves_the_job_and_says_how_to_return(cluster, elsewhere, testbed):
    first = elsewhere(WAIT)
    assert first.stdout.readline() == "begun\n"

    first.send_signal(signal.SIGINT)
    told = first.communicate(timeout=20)[1]

    key = re.search(r"clustrix\.attach\('([^']+)'\)", told)
    assert key, told
    testbed.path("login", "/home/alice/may-end").touch(mode=0o644)
    with cluster():
        assert clustrix.attach(key[1]).result(30) == 7


def test_a_dropped_connection_is_made_again_and_the_value_comes(cluster, faulty):
    with cluster():
        future = running(sleep.submit(2))
        faulty.drop_sessions()

        assert future.result(30) == 2


def test_what_ended_while_the_network_was_away_is_told_when_it_is_back(cluster, faulty):
    with cluster(ssh_options=["ServerAliveInterval=1", "ServerAliveCountMax=1", "ConnectTimeout=2"]):
        future = running(sleep.submit(2))
        faulty.cut()
        outcome = faulty.path("login", f"/home/alice/.clustrix/jobs/{future.key}/outcomes/0")
        wait_until(outcome.exists, 20, "the job has ended")
        faulty.mend()

        assert future.result(60) == 2


def test_a_call_after_a_dropped_connection_just_works(cluster, faulty):
    with cluster():
        assert double(1) == 2
        faulty.drop_sessions()

        assert double(2) == 4


def test_while_the_scheduler_is_down_a_running_job_still_brings_its_value(cluster, faulty):
    with cluster():
        future = running(sleep.submit(2))
        faulty.stop_slurmctld()

        assert future.result(30) == 2


def test_a_scheduler_that_is_down_is_told_with_its_words(cluster, faulty):
    faulty.stop_slurmctld()

    with cluster(), pytest.raises(SubmitError, match="again later") as raised:
        double(1)

    assert "Unable to contact slurm controller" in raised.value.what


def test_a_submission_whose_answer_was_late_is_found_and_runs_once(cluster, faulty, testbed):
    with cluster():
        assert double(1) == 2
        faulty.pause_slurmctld()
        future = count_runs.submit("/home/alice/late-runs")
        # sbatch gives up after MessageTimeout (10 s); the request is in the controller's queue all the same.
        folder = testbed.path("login", f"/home/alice/.clustrix/jobs/{future.key}")
        wait_until((folder / "submit.sh").exists, 10, "sbatch is run")
        with pytest.raises(TimeoutError):
            future.result(11)
        faulty.resume_slurmctld()

        assert future.result(60) == 1


def test_on_the_login_node_itself_no_connection_is_needed(testbed):
    pythons = sorted(testbed.path("login", "/opt/python").glob("3.1[1-9].*/bin/python3"))
    if not pythons:
        pytest.skip("no Python that can run clustrix on the cluster")
    home = testbed.path("login", "/home/alice/site")
    shutil.copytree(SOURCES, home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("platformdirs", "packaging"):
        spec = util.find_spec(name)
        assert spec is not None
        package = Path(str(spec.origin)).parent
        shutil.copytree(package, home / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "there.py").write_text(
        "import clustrix, json, socket\n"
        "@clustrix.cluster(cluster_type='slurm', environment=None)\n"
        "def where():\n    return socket.gethostname()\n"
        "print(json.dumps([where(), socket.gethostname()]))\n"
    )

    python = "/opt/python/" + "/".join(pythons[-1].parts[-3:])
    told = testbed.exec(
        "login", ["env", "PYTHONPATH=/home/alice/site", python, "/home/alice/site/there.py"], user="alice"
    )

    node, here = json.loads(told.stdout)
    assert here == "login.hpc.test"
    assert node.endswith(".nodes.hpc.test")
