"""Submitting once, however often it is asked for."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from clustrix_remote import wire
from tests.agent.conftest import RETURNS
from tests.waiting import wait_until


def runs_of(agent, key):
    log = agent.root / "jobs" / key / "runs"
    return log.read_text().count("run\n") if log.exists() else 0


def test_a_script_without_a_scheduler_is_started_in_its_folder(cluster_python, start_agent):
    agent = start_agent(cluster_python)
    said = agent.submit("job-1", RETURNS, calls=5, packages=[])

    assert said["error"]["type"] == "EOFError"  # five bytes were promised
    assert not (agent.root / "jobs" / "job-1").exists()

    answer = agent.ask(
        "submit", b"calls", key="job-1", job={"tasks": 1, "x": 2}, script="pwd >where", argv=None, calls=5
    )
    folder = agent.root / "jobs" / "job-1"
    wait_until((folder / "where").exists)
    assert answer["answer"]["returncode"] == 0
    assert int(answer["answer"]["stdout"]) > 0
    assert (folder / "calls").read_bytes() == b"calls"
    assert json.loads((folder / "job.json").read_text()) == {"tasks": 1, "x": 2}
    for path in (folder / "calls", folder / "job.json", folder / "submit.sh"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_asked_again_it_gives_the_same_answer_and_runs_nothing(agent):
    first = agent.submit("job-1", "echo run >>runs")
    second = agent.submit("job-1", "echo run >>runs")

    assert second == {"answer": first["answer"], "already": True}
    wait_until(lambda: runs_of(agent, "job-1"))
    assert runs_of(agent, "job-1") == 1


def test_who_asks_for_a_settled_job_waits_until_the_same_agent_has_submitted_it(agent, tmp_path):
    words = f"cd /; until [ -e {tmp_path}/go ]; do sleep 0.05; done; echo 4711"
    agent.send("submit", key="job-1", job={"tasks": 1}, script="true", argv=["sh", "-c", words])
    wait_until((agent.root / "jobs" / "job-1" / "job.json").exists)
    asking = agent.send("job", key="job-1", settled=True)
    (tmp_path / "go").touch()

    assert agent.reply(asking)[0]["submitted"]["answer"]["stdout"] == "4711\n"


def test_without_a_needed_package_nothing_is_done(agent):
    content = b"the package"
    digest = hashlib.sha256(content).hexdigest()

    assert agent.submit("job-1", "", needs=[digest]) == {"missing": [digest]}
    assert not (agent.root / "jobs" / "job-1").exists()
    header = {"key": "job-1", "job": {"tasks": 1}, "script": "true", "argv": None}
    with_it = {"needs": [digest], "packages": [[digest, len(content)]], "calls": 3}
    assert not agent.ask("submit", content + b"abc", **header, **with_it)["already"]
    assert (agent.root / "jobs" / "job-1" / "calls").read_bytes() == b"abc"
    assert agent.ask("packages", digests=[digest]) == {"missing": []}


def test_a_long_call_arrives_in_pieces(agent):
    content = os.urandom(2 * wire.CHUNK_BYTES + 17)
    header = {"key": "job-1", "job": {"tasks": 1}, "script": "true", "argv": None, "calls": len(content)}
    number = agent.send("submit", content[: wire.CHUNK_BYTES], more=True, **header)
    wire.write_frame(agent.stdin, {"id": number, "more": True}, content[wire.CHUNK_BYTES : 2 * wire.CHUNK_BYTES])
    wire.write_frame(agent.stdin, {"id": number}, content[2 * wire.CHUNK_BYTES :])

    assert "answer" in agent.reply(number)[0]
    assert (agent.root / "jobs" / "job-1" / "calls").read_bytes() == content


def test_a_key_cannot_name_another_folder(agent):
    assert agent.submit("../../elsewhere", "true")["error"]["type"] == "ValueError"


def test_the_submit_command_runs_in_the_jobs_folder_and_its_refusal_is_no_submission(agent, tmp_path):
    argv = ["sh", "-c", f"echo run >>runs; [ -e {tmp_path}/open ] && echo 48213 || {{ echo not today >&2; exit 1; }}"]
    refused = agent.submit("job-1", "", argv=argv)
    (tmp_path / "open").touch()
    taken = agent.submit("job-1", "", argv=argv)
    again = agent.submit("job-1", "", argv=argv)

    assert refused["answer"] == {"returncode": 1, "stdout": "", "stderr": "not today\n"}
    assert taken["answer"]["stdout"] == "48213\n"
    assert again == {"answer": taken["answer"], "already": True}
    assert runs_of(agent, "job-1") == 2


def test_two_agents_that_are_asked_at_once_submit_once(start_agent):
    agents = [start_agent() for _ in range(4)]
    argv = ["sh", "-c", "echo run >>runs; sleep 0.1; echo 17"]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda agent: agent.submit("job-1", "", argv=argv), agents))

    assert {answer["answer"]["stdout"] for answer in answers} == {"17\n"}
    assert sorted(answer["already"] for answer in answers) == [False, True, True, True]
    assert runs_of(agents[0], "job-1") == 1


@pytest.mark.parametrize("killed", ["before", "after"])
def test_a_script_that_a_killed_agent_had_started_is_found_by_its_claim(start_agent, killed):
    script = 'set -C; echo "$$" >claimed || exit 0; echo run >>runs; sleep 30'
    first = start_agent()
    first.submit("job-1", script)
    folder = first.root / "jobs" / "job-1"
    wait_until(lambda: runs_of(first, "job-1"))
    pid = int((folder / "claimed").read_text())
    first.process.kill()
    first.process.wait()
    if killed == "before":  # it had written its answer down
        (folder / "submitted.json").unlink()
    second = start_agent()

    said = second.submit("job-1", script)
    assert said["already"]
    assert int(said["answer"]["stdout"]) == pid
    assert second.ask("signal", key="job-1") == {"sent": True}
    assert runs_of(second, "job-1") == 1


def test_a_job_whose_submission_was_never_answered_is_looked_for_in_the_scheduler(start_agent, tmp_path):
    queue = tmp_path / "queue"
    submit = ["sh", "-c", f"echo 48213 >>{queue}; kill -9 $PPID"]
    find = ["cat", str(queue)]
    first = start_agent()
    first.send("submit", key="job-1", job={"tasks": 1}, script="", argv=submit, find_argv=find)
    first.process.wait(10)
    second = start_agent()

    said = second.submit("job-1", "", argv=submit, find_argv=find)
    assert said["already"]
    assert said["answer"]["stdout"] == "48213\n"
    assert said["answer"]["found"]
    assert queue.read_text() == "48213\n"


def test_a_submit_command_that_outlives_its_agent_is_waited_for(start_agent, tmp_path):
    go, done = tmp_path / "go", tmp_path / "done"
    slow = f"echo x >>{tmp_path}/begun; until [ -e {go} ]; do sleep 0.02; done; echo 7 >{done}"
    first = start_agent()
    first.send("submit", key="job-1", job={"tasks": 1}, script="true", argv=["sh", "-c", slow])
    wait_until((tmp_path / "begun").exists)
    first.process.kill()
    first.process.wait()

    second = start_agent()
    request = second.send(
        "submit", key="job-1", job={"tasks": 1}, script="true", argv=["sh", "-c", slow], find_argv=["cat", str(done)]
    )
    go.touch()

    assert second.reply(request)[0]["answer"]["stdout"] == "7\n"
    assert (tmp_path / "begun").read_text() == "x\n"


def test_while_the_scheduler_cannot_say_whether_it_has_a_job_it_is_asked_again(start_agent, tmp_path):
    first = start_agent()
    first.send("submit", key="job-1", job={"tasks": 1}, script="true", argv=["sh", "-c", "kill -9 $PPID"])
    first.process.wait(10)

    find = f"[ -e {tmp_path}/asked ] && echo 7 && exit; touch {tmp_path}/asked; echo timed out >&2; exit 1"
    answer = start_agent().ask(
        "submit", key="job-1", job={"tasks": 1}, script="true", argv=["false"], find_argv=["sh", "-c", find]
    )

    assert (answer["answer"]["returncode"], answer["answer"]["stdout"]) == (0, "7\n")


def test_one_that_the_scheduler_does_not_know_is_submitted(start_agent, tmp_path):
    first = start_agent()
    first.send("submit", key="job-1", job={"tasks": 1}, script="", argv=["sh", "-c", "kill -9 $PPID"])
    first.process.wait(10)
    second = start_agent()

    said = second.submit("job-1", "", argv=["echo", "48214"], find_argv=["true"])
    assert said == {"answer": {"returncode": 0, "stdout": "48214\n", "stderr": ""}, "already": False}


def test_a_number_that_belongs_to_another_process_now_is_not_signalled(agent):
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    agent.submit("job-1", "true")
    path = agent.root / "jobs" / "job-1" / "submitted.json"
    submitted = json.loads(path.read_text())
    submitted["detached"] = {"pid": bystander.pid, "started": 1}
    path.write_text(json.dumps(submitted))

    assert agent.ask("signal", key="job-1") == {"sent": False}
    assert bystander.poll() is None
    bystander.communicate(b"\n")


def test_a_signal_reaches_all_that_the_script_started_and_then_kills(agent, tmp_path):
    stubborn = "trap '' TERM; sh -c 'trap \"\" TERM; while :; do sleep 0.05; done' & echo $! >child; wait"
    agent.submit("job-1", stubborn)
    child = agent.root / "jobs" / "job-1" / "child"
    wait_until(lambda: child.exists() and child.read_text())

    assert agent.ask("signal", key="job-1", kill_after_seconds=0.2) == {"sent": True}
    assert agent.events_until("gone")[-1][0]["status"] == 137


def test_the_job_is_described_by_what_lies_there(agent):
    agent.submit("job-1", RETURNS)
    agent.events_until("exit")
    told = agent.ask("job", key="job-1")

    assert told["description"] == {"tasks": 1}
    assert told["submitted"]["answer"]["returncode"] == 0
    task = {"started": {"node": "n1", "pid": 7, "time": 1.5}, "outcome_bytes": 12, "exit": 0}
    assert told["tasks"] == {"0": {**task, "details": {"node": "n1", "ended": "12"}}}
    assert list(agent.ask("jobs")["jobs"]) == ["job-1"]
    assert agent.ask("job", key="job-2")["error"]["type"] == "FileNotFoundError"


def test_a_removed_job_leaves_nothing(agent):
    agent.submit("job-1", RETURNS)
    agent.submit("job-2", RETURNS)
    agent.ask("remove", keys=["job-1"])

    assert os.listdir(agent.root / "jobs") == ["job-2"]
    assert {name.partition(".")[0] for name in os.listdir(agent.root / "spool")} <= {"job-2"}


def test_a_job_whose_function_left_files_can_be_spared(agent):
    shipped = {"tasks": 1, "data": ["input.csv"]}
    lays = "mkdir -p work/0; echo 1 >work/0/input.csv; " + RETURNS
    agent.submit("job-1", lays, job=shipped)
    agent.submit("job-2", "mkdir -p work/0/out; echo 1 >work/0/out/plot.png; " + RETURNS, job=shipped)
    for _ in range(2):
        agent.events_until("exit")

    assert agent.ask("work", key="job-2", task=0)["files"][0]["name"] == "out/plot.png"
    assert agent.ask("remove", keys=["job-1", "job-2"], unless_files=True) == {"kept": ["job-2"]}
    assert os.listdir(agent.root / "jobs") == ["job-2"]


def test_a_submission_under_way_is_brought_to_its_end_although_nobody_reads_answers(agent, tmp_path):
    waits = f": >{tmp_path}/runs; until [ -e {tmp_path}/go ]; do sleep 0.01; done; echo 77"
    agent.send("submit", key="job-1", job={"tasks": 1}, script="true", argv=["sh", "-c", waits])
    wait_until((tmp_path / "runs").exists)
    agent.stdout.close()
    digest = hashlib.sha256(b"").hexdigest()
    agent.send("package", b"", digest=digest)  # whose answer meets a closed pipe
    wait_until((agent.root / "packages" / f"{digest}.zip").exists)
    (tmp_path / "go").touch()

    assert agent.process.wait(20) == 0
    answer = json.loads((agent.root / "jobs/job-1/submitted.json").read_text())["answer"]
    assert (answer["stdout"], answer["returncode"]) == ("77\n", 0)
