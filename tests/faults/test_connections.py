"""Everything between laptop and cluster breaks during a call: the value comes, and the function ran once."""

import signal
import time

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.connection.channel import Channel
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed]

count_runs = clustrix.cluster(on_nodes.count_runs)
double = clustrix.cluster(on_nodes.double)
echo = clustrix.cluster(on_nodes.echo)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)

WAIT = """
import clustrix
from tests.slurm import on_nodes
print(clustrix.cluster(on_nodes.wait_for_file)({path!r}), flush=True)
"""


def running(future):
    wait_until(lambda: future.running() or future.done(), 60, f"{future} running")
    return future


def let_go(remote, mark):
    """Let ``wait_for_file`` return."""
    remote.path(mark).touch(mode=0o644)


def ended(remote, future):
    wait_until((remote.job(future.key) / "outcomes/0").exists, 60, "the job has ended")


def test_a_silent_cut_of_the_network_that_is_mended_is_not_noticed(cluster, faulty, remote):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/cut"))
        faulty.cut()
        let_go(remote, "cut")
        ended(remote, future)
        began = time.monotonic()
        wait_until(lambda: time.monotonic() - began > 5, 60, "five seconds have gone")
        faulty.mend()

        assert future.result(60) == 1


def test_a_call_during_a_cut_waits_until_it_is_mended(cluster, faulty, remote):
    with cluster():
        assert double(1) == 2
        faulty.cut()
        future = count_runs.submit("/home/alice/during-cut")
        with pytest.raises(TimeoutError):
            future.result(2)
        faulty.mend()

        assert future.result(60) == 1


def test_sshd_that_is_away_for_a_while_loses_nothing(cluster, faulty, remote):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/sshd"))
        faulty.sshd("stop")
        faulty.drop_sessions()
        let_go(remote, "sshd")
        ended(remote, future)
        faulty.sshd("start")

        assert future.result(60) == 1


def test_an_agent_that_is_killed_while_the_job_runs_is_replaced(cluster, testbed, remote):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/agent"))
        remote.kill(*remote.agents())
        let_go(remote, "agent")

        assert future.result(60) == 1


def test_an_agent_that_is_killed_while_sbatch_runs_submits_once(cluster, faulty, remote):
    with cluster():
        assert double(1) == 2
        faulty.pause_slurmctld()
        future = count_runs.submit("/home/alice/once")
        wait_until(lambda: remote.pids("^sbatch"), 60, "sbatch runs")
        first = remote.agents()
        remote.kill(*first)
        wait_until(lambda: set(remote.agents()) - set(first), 60, "there is another agent")
        faulty.resume_slurmctld()

        assert future.result(60) == 1
    wait_until(lambda: not remote.queue(), 60, "no other job waits or runs")
    assert remote.runs("once") == 1


def test_when_all_our_processes_on_the_login_node_die_the_value_comes(cluster, faulty, remote):
    with cluster():
        future = running(wait_for_file.submit("/home/alice/all"))
        faulty.exec("login", ["pkill", "-KILL", "-u", "alice"], check=False)
        let_go(remote, "all")

        assert future.result(60) == 1


def bytes_of(path):
    """What is in a file; nothing while another is being put in its place."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


@pytest.mark.slow
def test_a_login_node_that_is_rebooted_loses_nothing(cluster, faulty, remote):
    with cluster(ssh_options=["ServerAliveInterval=1", "ServerAliveCountMax=2", "ConnectTimeout=2"]):
        future = running(wait_for_file.submit("/home/alice/reboot"))
        state = faulty.path("login", "/var/spool/slurmctld/job_state")
        # Else it gives the number of this job a second time, and the nodes hold the new one for the old.
        wait_until(lambda: future.key.encode() in bytes_of(state), 60, "the controller has saved its state")
        faulty.kill_node("login")
        faulty.start_node("login")
        let_go(remote, "reboot")

        assert future.result(60) == 1


def test_a_laptop_that_slept_while_its_job_ended_gets_the_value(client, remote):
    sleeper = client(WAIT.format(path="/home/alice/sleeper"))
    key = sleeper.key()
    wait_until((remote.job(key) / "outcomes/0.started").exists, 60, "it runs")
    sleeper.process.send_signal(signal.SIGSTOP)
    let_go(remote, "sleeper")
    wait_until((remote.job(key) / "outcomes/0").exists, 60, "the job has ended")
    sleeper.process.send_signal(signal.SIGCONT)

    assert sleeper.process.communicate(timeout=60) == ("1\n", "")


def test_a_connection_that_is_lost_amid_a_large_argument_sends_it_again(cluster, faulty, remote):
    data = bytes(range(256)) * 4096 * 64
    with cluster():
        assert double(1) == 2
        faulty.latency(0.1)
        future = clustrix.cluster(len).submit(data)
        wait_until(lambda: list(remote.path(".clustrix/jobs").glob(".*/calls")), 60, "it is being written")
        faulty.drop_sessions()
        faulty.latency(0)

        assert future.result(60) == len(data)
    halves = lambda: [each.name for each in remote.path(".clustrix/jobs").glob(".*")]  # noqa: E731
    wait_until(lambda: not halves(), 60, "the agent before has removed what it had received")


def test_a_connection_that_is_lost_amid_a_large_result_fetches_it_again(cluster, faulty, monkeypatch):
    data = bytes(range(256)) * 4096 * 16
    real = Channel._receive
    dropped: list[bool] = []

    def receive(self, header, body):
        if header.get("more") and not dropped:
            dropped.append(True)
            faulty.drop_sessions()
        real(self, header, body)

    monkeypatch.setattr(Channel, "_receive", receive)
    with cluster():
        assert echo(data) == data
    assert dropped
