"""What outlives a lost connection."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from functools import partial

import pytest

from clustrix.config import ClusterConfig
from clustrix.connection import Channel, Link, channel_for, close_all, link_for, open_channel
from clustrix.connection import link as link_module
from clustrix.errors import AuthenticationError, ConnectError, ConnectionLostError
from tests.waiting import wait_until

#: Ends with an outcome when the file "go" appears in the job's folder.
WAITS = """
echo first >logs/0.log
until [ -e go ]; do sleep 0.01; done
echo second >>logs/0.log
echo the-outcome >outcomes/0
: >../../spool/$(basename $(pwd)).0.outcome
echo 0 >outcomes/0.exit
: >../../spool/$(basename $(pwd)).0.exit
"""


class Heard:
    """The events that a subscriber was told."""

    def __init__(self):
        self.events: list[dict] = []
        self.printed = b""

    def __call__(self, event, body):
        self.events.append(event)
        if event["event"] == "log":
            self.printed += body

    def has(self, name):
        return any(event["event"] == name for event in self.events)


def submit(link, key, script=WAITS):
    channel = link.channel()
    header = {"key": key, "job": {"tasks": 1}, "script": script, "argv": None, "follow": link.followed_tasks(key)}
    channel.request("submit", header)
    link.submitted(key, channel)
    return os.path.join(channel.hello.root, "jobs", key)


def kill(channel):
    os.kill(channel.hello.pid, signal.SIGKILL)
    wait_until(lambda: not channel.is_usable)


def test_a_lost_connection_is_made_again_and_the_jobs_go_on_being_watched(link):
    heard = Heard()
    link.subscribe("job-1", heard, follow=True)
    folder = submit(link, "job-1")
    wait_until(lambda: heard.printed == b"first\n")
    first = link.channel()
    kill(first)
    open(os.path.join(folder, "go"), "w").close()

    wait_until(lambda: heard.has("outcome"))
    assert heard.printed == b"first\nsecond\n"
    assert link.channel() is not first


def test_what_happened_while_it_was_away_is_told(link, monkeypatch):
    monkeypatch.setattr(link_module, "PAUSES_SECONDS", (0.5,))
    heard = Heard()
    link.subscribe("job-1", heard)
    folder = submit(link, "job-1")
    kill(link.channel())
    open(os.path.join(folder, "go"), "w").close()
    wait_until(lambda: os.path.exists(os.path.join(folder, "outcomes", "0.exit")))
    assert not heard.has("outcome")

    wait_until(lambda: heard.has("exit"))
    assert heard.has("outcome")


def test_nothing_is_connected_again_when_nobody_waits(link):
    first = link.channel()
    kill(first)

    assert link.channel() is not first  # but here somebody asks


def test_a_job_that_somebody_removed_is_told_as_unknown(link, monkeypatch):
    monkeypatch.setattr(link_module, "PAUSES_SECONDS", (0.5,))
    heard = Heard()
    link.subscribe("job-1", heard)
    submit(link, "job-1", "exit 0")
    channel = link.channel()
    channel.request("remove", {"keys": ["job-1"]})
    kill(channel)

    wait_until(lambda: heard.has("unknown"))


def test_two_who_follow_one_job_each_hear_all_of_it_once(link):
    early, late = Heard(), Heard()
    link.subscribe("job-1", early, follow=True)
    folder = submit(link, "job-1")
    wait_until(lambda: early.printed)
    subscription = link.subscribe("job-1", late, follow=True)
    link.watch("job-1")
    wait_until(lambda: late.printed == b"first\n")
    open(os.path.join(folder, "go"), "w").close()
    wait_until(lambda: early.has("exit") and late.has("exit"))

    assert early.printed == late.printed == b"first\nsecond\n"
    link.unsubscribe(subscription)
    link.watch("job-1")
    wait_until(lambda: sum(event["event"] == "exit" for event in early.events) == 2)
    assert sum(event["event"] == "exit" for event in late.events) == 1


def test_an_agent_that_dies_right_after_its_hello_is_tried_more_and_more_seldom_and_then_given_up(
    config, pretender, tmp_path, monkeypatch
):
    monkeypatch.setattr(link_module, "PAUSES_SECONDS", (0.0, 0.0, 0.1, 0.2, 0.4))
    monkeypatch.setattr(link_module, "GIVE_UP_SECONDS", 1.5)
    dies = replace(config, python_executable=pretender("frame(hello)"))
    opened: list[float] = []

    def open_next():
        opened.append(time.monotonic())
        return open_channel(config if len(opened) == 1 else dies)

    link = Link(open_next)
    heard = Heard()
    link.subscribe("job-1", heard)
    submit(link, "job-1", "exit 0")
    kill(link.channel())

    wait_until(lambda: heard.has("unreachable"), 30)
    assert isinstance(heard.events[-1]["error"], ConnectionLostError)
    assert opened[-1] - opened[-2] > 0.2
    link.close()


def test_what_no_waiting_mends_is_told_at_once(config, monkeypatch):
    opened: list[Channel] = []

    def open_once():
        if opened:
            raise AuthenticationError("the key is refused now")
        opened.append(open_channel(config))
        return opened[0]

    link = Link(open_once)
    heard = Heard()
    link.subscribe("job-1", heard)
    submit(link, "job-1", "sleep 60")
    link.request("run", {"argv": ["true"]})
    opened[0].request("signal", {"key": "job-1", "signal": 9})
    kill(opened[0])

    wait_until(lambda: heard.has("unreachable"))
    assert isinstance(heard.events[-1]["error"], AuthenticationError)


def test_a_network_that_is_away_is_tried_until_it_is_back(config, monkeypatch, caplog):
    monkeypatch.setattr(link_module, "PAUSES_SECONDS", (0.0, 0.01))
    away = threading.Event()
    attempts = []

    def open_unless_away():
        attempts.append(time.monotonic())
        if away.is_set():
            raise ConnectError("no route to host")
        return open_channel(config)

    link = Link(open_unless_away)
    heard = Heard()
    link.subscribe("job-1", heard)
    folder = submit(link, "job-1")
    channel = link.channel()
    away.set()
    kill(channel)
    wait_until(lambda: len(attempts) > 3)
    open(os.path.join(folder, "go"), "w").close()
    away.clear()

    wait_until(lambda: heard.has("outcome"))
    assert "no route to host" in caplog.text
    link.close()


def test_it_gives_up_in_the_end_and_says_so(config, monkeypatch):
    monkeypatch.setattr(link_module, "PAUSES_SECONDS", (0.01,))
    monkeypatch.setattr(link_module, "GIVE_UP_SECONDS", 0.1)
    opened: list[Channel] = []

    def open_once():
        if opened:
            raise ConnectError("no route to host")
        opened.append(open_channel(config))
        return opened[0]

    link = Link(open_once)
    heard = Heard()
    link.subscribe("job-1", heard)
    submit(link, "job-1", "exit 0")
    kill(opened[0])

    wait_until(lambda: heard.has("unreachable"))
    assert str(heard.events[-1]["error"]) == "no route to host"


def test_a_request_is_made_again_on_the_new_connection(link):
    channel = link.channel()
    threading.Timer(0.2, kill, [channel]).start()

    assert link.request("run", {"argv": ["sleep", "0.5"]}).header["returncode"] == 0


def test_a_closed_link_connects_no_more(link):
    link.channel()
    link.close()

    with pytest.raises(ConnectError):
        link.channel()


def test_removals_are_collected_and_are_done_before_the_end(config):
    link = Link(partial(open_channel, config))
    for key in ("job-1", "job-2"):
        folder = submit(link, key, "exit 0")
        link.remove_soon(key)
    link.close()

    wait_until(lambda: not os.listdir(os.path.dirname(folder)))


def test_one_process_has_one_connection_to_a_cluster(config, tmp_path):
    same = ClusterConfig(cluster_type="local", remote_work_dir=config.remote_work_dir, cores=2)
    other = ClusterConfig(cluster_type="local", remote_work_dir=str(tmp_path / "other"))
    try:
        assert channel_for(config) is channel_for(same)
        assert link_for(config) is not link_for(other)
    finally:
        close_all()


def test_a_forked_process_opens_its_own(config):
    channel = channel_for(config)
    try:
        pid = os.fork()
        if pid == 0:
            try:
                own = channel_for(config)
                os._exit(0 if own.hello.pid != channel.hello.pid and own.request("jobs", {}).header else 1)
            finally:
                os._exit(2)
        assert os.waitpid(pid, 0)[1] == 0
        assert channel.request("jobs", {}).header == {"jobs": {}}
    finally:
        close_all()
