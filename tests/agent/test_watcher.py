"""What the watcher tells, and in which order."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from clustrix_remote import news, spool, watcher
from clustrix_remote.layout import JobFolder
from tests.agent.conftest import RETURNS
from tests.waiting import wait_until


def names(events):
    return [event["event"] for event, _ in events]


@pytest.mark.parametrize(("idle", "pause"), [(0, 0.002), (0.2, 0.01), (0.9, 0.045), (3600, 0.05)])
def test_it_looks_less_often_the_longer_nothing_happens(idle, pause):
    assert watcher.pause_seconds(idle) == pytest.approx(pause)


def test_what_is_told_is_told_in_order_and_once(tmp_path):
    announced = {(1, "started"), (0, "exit"), (0, "outcome"), (0, "started")}
    told = [(0, "started"), (0, "outcome"), (0, "exit"), (1, "started")]
    assert news.in_order(announced) == told

    heard: list[tuple[int, str]] = []
    lock = threading.Condition()
    job = news.JobNews(
        JobFolder(str(tmp_path)), 2, lambda header, _=b"": heard.append((header["task"], header["event"])), lock
    )
    (tmp_path / "outcomes").mkdir()
    (tmp_path / "outcomes" / "0").touch()
    for _ in range(2):
        job.announce(announced)
        job.tell()
    assert heard == told
    assert not job.is_over
    job.announce([(1, "exit")])
    assert job.tell()
    assert job.is_over


def test_a_slow_listing_is_not_made_often():
    assert watcher.pause_seconds(0, listing_seconds=0.02) == pytest.approx(0.18)
    assert watcher.pause_seconds(0, listing_seconds=10) == watcher.MOST_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home/ann/x", "nfs4"), ("/homework", "ext4"), ("/scratch/a", "fuse.sshfs"), ("/home/ann/over/y", "tmpfs")],
)
def test_what_a_folder_lies_on_is_told_by_the_innermost_and_last_mount(path, kind):
    mounts = "disk / ext4 rw\nsrv:/home /home nfs4 rw\nold /scratch xfs rw\nx@y: /scratch fuse.sshfs rw\n"

    assert spool.file_system_of(path, mounts + "t /home/ann/over tmpfs rw\n") == kind
    assert spool.file_system_of(path, "") == ""


def test_a_job_tells_its_whole_life(cluster_python, start_agent):
    agent = start_agent(cluster_python)
    agent.submit("job-1", RETURNS, follow=[0])
    events = agent.events_until("exit")

    assert [name for name in names(events) if name != "log"] == ["started", "outcome", "exit"]
    told = {event["event"]: (event, body) for event, body in events}
    started = {"event": "started", "key": "job-1", "task": 0, "node": "n1", "pid": 7, "time": 1.5}
    assert told["started"][0] == started
    outcome = {"event": "outcome", "key": "job-1", "task": 0, "size": 12, "log_bytes": 8}
    assert told["outcome"] == (outcome, b"the-outcome\n")
    assert told["log"] == ({"event": "log", "key": "job-1", "task": 0, "offset": 0}, b"printed\n")
    ended = {"event": "exit", "key": "job-1", "task": 0, "outcome": True, "status": 0}
    assert told["exit"] == ({**ended, "details": {"node": "n1", "ended": "12"}}, b"")


def test_all_that_was_printed_is_told_before_the_outcome(agent):
    many = "i=0; while [ $i -lt 3000 ]; do echo line $i >>logs/0.log; i=$((i+1)); done; " + RETURNS.replace(
        "echo printed >logs/0.log", ""
    )
    agent.submit("job-1", many, follow=[0])
    events = agent.events_until("outcome")
    printed = b"".join(body for event, body in events if event["event"] == "log")

    assert printed == b"".join(b"line %d\n" % i for i in range(3000))


def test_what_happened_before_is_told_to_whoever_watches_anew(start_agent):
    first = start_agent()
    first.submit("job-1", RETURNS)
    first.events_until("exit")
    second = start_agent()

    assert second.ask("watch", keys=["job-1", "job-2"], follow=[["job-1", 0, 3]]) == {"unknown": ["job-2"]}
    events = second.events_until("exit")
    assert sorted(names(events)) == ["exit", "log", "outcome", "started"]
    assert [body for event, body in events if event["event"] == "log"] == [b"nted\n"]
    first.ask("watch", keys=["job-1"])
    assert names(first.events_until("exit")) == ["started", "outcome", "exit"]


def test_it_is_told_although_its_announcements_were_cleaned_away(start_agent):
    agent = start_agent()
    agent.submit("job-1", RETURNS)
    agent.events_until("exit")
    for path in (agent.root / "spool").iterdir():
        path.unlink()
    agent.ask("watch", keys=["job-1"])

    assert names(agent.events_until("exit")) == ["started", "outcome", "exit"]


def test_announcements_of_long_ago_are_removed_when_they_are_many_and_no_job_is_waited_for(start_agent, tmp_path):
    folder = tmp_path / ".clustrix" / "spool"
    folder.mkdir(parents=True, mode=0o700)
    old = [folder / f"old-1.{number}.exit" for number in range(spool.MANY)]
    stay = [folder / "new-1.0.exit", folder / "no announcement"]
    for path in old + stay:
        path.touch()
    for path in [*old, stay[1]]:
        os.utime(path, (1, 1))
    agent = start_agent()
    agent.submit("job-1", RETURNS)

    assert names(agent.events_until("exit"))[-1] == "exit"
    wait_until(lambda: not any(path.exists() for path in old))
    assert {path.name for path in folder.iterdir()} == {path.name for path in stay} | {
        f"job-1.0.{what}" for what in ("started", "outcome", "exit")
    }


def test_a_few_announcements_are_left_however_old_they_are(tmp_path):
    old = tmp_path / "old-1.0.exit"
    old.touch()
    os.utime(old, (1, 1))
    swept = spool.Spool(str(tmp_path))

    swept.sweep(lambda: True)

    assert old.exists()


def test_an_exit_without_an_outcome_brings_the_end_of_the_log(agent):
    agent.submit(
        "job-1", "echo its last words >logs/0.log; printf '137\\nsignal KILL\\n' >outcomes/0.exit; announce exit"
    )
    event, body = agent.events_until("exit")[-1]

    assert (event["status"], event["details"], event["outcome"]) == (137, {"signal": "KILL"}, False)
    assert body == b"its last words\n"


def test_an_exit_that_is_seen_first_still_comes_after_the_outcome(agent):
    agent.submit("job-1", "echo x >outcomes/0; echo 0 >outcomes/0.exit; announce exit; sleep 0.2; announce outcome")

    assert names(agent.events_until("exit")) == ["outcome", "exit"]


def test_an_outcome_that_is_announced_before_it_can_be_seen_is_waited_for(agent):
    agent.submit("job-1", "announce outcome; sleep 0.2; echo late >outcomes/0.part; mv outcomes/0.part outcomes/0")

    assert agent.events_until("outcome")[-1][1] == b"late\n"


def test_a_script_that_was_killed_is_found_out(agent):
    pid = int(agent.submit("job-1", "echo so far >logs/0.log; exec sleep 60")["answer"]["stdout"])
    log = agent.root / "jobs" / "job-1" / "logs" / "0.log"
    wait_until(lambda: log.exists() and log.read_bytes() == b"so far\n")
    os.kill(pid, signal.SIGKILL)
    event, body = agent.events_until("gone")[-1]

    assert event == {"event": "gone", "key": "job-1", "status": 137}
    assert body == b"so far\n"


def test_a_script_that_was_killed_while_nobody_watched_is_found_out(start_agent):
    first = start_agent()
    pid = int(first.submit("job-1", "exec sleep 60")["answer"]["stdout"])
    first.end()
    os.kill(pid, signal.SIGKILL)
    second = start_agent()
    second.ask("watch", keys=["job-1"])

    assert second.events_until("gone")[-1][0] == {"event": "gone", "key": "job-1", "status": None}


def test_what_outlives_its_script_may_still_bring_the_outcome(agent, tmp_path):
    waits = f": >{tmp_path}/runs; until [ -e {tmp_path}/go ]; do sleep 0.01; done"
    child = f"{waits}; echo x >outcomes/0; : >../../spool/job-1.0.outcome"
    pid = int(agent.submit("job-1", f"sh -c '{child}' & wait")["answer"]["stdout"])
    wait_until((tmp_path / "runs").exists)
    os.kill(pid, signal.SIGKILL)
    agent.ask("run", argv=["sleep", "0.3"])
    (tmp_path / "go").touch()

    assert names(agent.events_until("outcome")) == ["outcome"]
    assert names(agent.events_until("gone")) == ["gone"]


def test_a_large_outcome_is_asked_for(agent):
    size = news.MAX_EVENT_OUTCOME_BYTES + 1
    agent.submit("job-1", f"head -c {size} /dev/zero >outcomes/0; announce outcome")
    event, body = agent.events_until("outcome")[-1]

    assert (event["size"], body) == (size, b"")
    assert agent.reply(agent.send("outcome", key="job-1", task=0)) == ({"size": size}, bytes(size))


def test_a_log_is_read_in_part(agent):
    agent.submit("job-1", RETURNS)
    agent.events_until("exit")

    assert agent.reply(agent.send("log", key="job-1", task=0)) == ({"size": 8}, b"printed\n")
    assert agent.reply(agent.send("log", key="job-1", task=0, offset=5, limit=2))[1] == b"ed"
    assert agent.reply(agent.send("log", key="job-1", task=7)) == ({"size": 0}, b"")


def test_each_task_of_an_array_is_told(agent):
    one = "echo $task >outcomes/$task; : >../../spool/job-1.$task.outcome; "
    one += "echo 0 >outcomes/$task.exit; : >../../spool/job-1.$task.exit"
    agent.submit("job-1", f"for task in 0 1 2; do {one}; done", job={"tasks": 3})
    told = [agent.next_event() for _ in range(6)]

    assert sorted((event["task"], event["event"]) for event, _ in told) == [
        (task, what) for task in range(3) for what in ("exit", "outcome")
    ]


def test_foreign_files_in_the_spool_disturb_nobody(agent):
    agent.ask("submit", key="job-0", job={"tasks": 1}, script="true", argv=None)
    (agent.root / "spool" / "not an announcement").touch()
    (agent.root / "spool" / "job-9.0.outcome").touch()
    agent.submit("job-1", RETURNS)

    # The first job leaves no word, and may be told to be gone at any time.
    while agent.events_until("exit")[-1][0]["key"] != "job-1":
        pass
