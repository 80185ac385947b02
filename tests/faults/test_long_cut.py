"""A minute and a half without a network, and a laptop that sleeps through it, beyond every keep-alive."""

import os
import signal
import threading
import time

import pytest
from testbed.processes import wait_until

import clustrix
from clustrix.connection.channel import Channel
from tests.faults.test_connections import WAIT, ended, let_go, running
from tests.slurm import on_nodes

pytestmark = [pytest.mark.testbed, pytest.mark.slow, pytest.mark.timeout(240)]

CUT_SECONDS = 90.0
MEBIBYTES = 200

count_runs = clustrix.cluster(on_nodes.count_runs)
wait_for_file = clustrix.cluster(on_nodes.wait_for_file)
zeros = clustrix.cluster(on_nodes.zeros)


@pytest.fixture
def amid_a_result(monkeypatch):
    """``(reached, go_on)``: the first large result that arrives stops amid its bytes until it is let go on."""
    reached, go_on = threading.Event(), threading.Event()
    real = Channel._receive

    def receive(self, header, body):
        if header.get("more") and not reached.is_set():
            reached.set()
            assert go_on.wait(60)
        real(self, header, body)

    monkeypatch.setattr(Channel, "_receive", receive)
    yield reached, go_on
    go_on.set()


def being_sent(remote):
    """The file of a call that has arrived in part."""
    found = list(remote.path(".clustrix/jobs").glob(".*/calls"))
    return [path for path in found if path.stat().st_size > 2**20]


def test_a_cut_of_ninety_seconds_amid_all_that_can_be_under_way_loses_nothing(
    cluster, faulty, remote, client, amid_a_result
):
    reached, go_on = amid_a_result
    faulty.configure_sshd("ClientAliveInterval 5", "ClientAliveCountMax 3")
    sleeper = client(WAIT.format(path="/home/alice/long-sleep"))
    asleep = sleeper.key()
    wait_until((remote.job(asleep) / "outcomes/0.started").exists, 30, "the sleeper's job runs")
    os.killpg(sleeper.process.pid, signal.SIGSTOP)
    with cluster(memory="1GB"):
        waiting = running(wait_for_file.submit("/home/alice/long-cut"))
        result = zeros.submit(MEBIBYTES)
        assert reached.wait(60)
        argument = clustrix.cluster(len).submit(bytes(MEBIBYTES << 20))
        wait_until(lambda: being_sent(remote), 60, "the argument is on its way", every=0.002)
        faulty.cut()
        began = time.monotonic()
        assert being_sent(remote)
        go_on.set()
        for mark in ("long-cut", "long-sleep"):
            let_go(remote, mark)
        ended(remote, waiting)
        called = count_runs.submit("/home/alice/called-in-the-cut")
        wait_until(lambda: not remote.agents(), 60, "sshd has given both up")
        wait_until(lambda: time.monotonic() - began > CUT_SECONDS, CUT_SECONDS + 10, "it was long enough", every=0.2)
        faulty.mend()
        os.killpg(sleeper.process.pid, signal.SIGCONT)

        assert waiting.result(60) == 1
        assert result.result(60) == bytes(MEBIBYTES << 20)
        assert argument.result(60) == MEBIBYTES << 20
        assert called.result(60) == 1
    assert sleeper.process.communicate(timeout=40) == ("1\n", "")
    assert not list(remote.path(".clustrix/jobs").glob(".*"))
    wait_until(lambda: len(remote.agents()) == 1 and not remote.queue(), 20, "one agent is left, and no job")
