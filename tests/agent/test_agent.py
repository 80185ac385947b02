"""The agent as a process: what it says, how it answers, how it ends."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from clustrix_remote import loader, processes, wire
from tests.waiting import wait_until


def test_it_says_hello_with_every_python(cluster_python, start_agent):
    hello = start_agent(cluster_python).hello

    assert hello["event"] == "hello"
    assert hello["python"][0] == 3
    assert Path(hello["executable"]).resolve() == Path(cluster_python).resolve()
    assert hello["root"].endswith("/.clustrix")
    assert hello["uid"] == os.getuid()


def test_the_loader_can_stand_in_single_quotes_of_any_shell():
    assert not set("'!\\\n") & set(loader.LOADER)


def test_the_payload_is_small_and_always_the_same():
    first = loader.payload({"remote_work_dir": "~"})

    assert first == loader.payload({"remote_work_dir": "~"})
    assert int(first.partition(b"\n")[0]) < 6_000  # hello is said when the first packets have come
    assert len(first) < 32_000  # a pipe holds 64 KiB, so writing it never waits


def test_a_module_in_the_current_folder_is_not_imported(tmp_path, start_agent, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.chdir(tmp_path)

    assert start_agent().hello["event"] == "hello"


def test_a_stray_print_cannot_reach_the_frames(agent):
    descriptors = Path(f"/proc/{agent.process.pid}/fd")
    if not descriptors.exists():
        pytest.skip("this system has no /proc")

    assert os.readlink(descriptors / "1") == os.readlink(descriptors / "2")


def test_nothing_is_written_before_there_is_a_job(agent):
    agent.ask("packages", digests=["0" * 64])

    assert not agent.root.exists()


def test_an_unknown_operation_is_refused_with_the_known_ones(agent):
    error = agent.ask("fly")["error"]

    assert error["type"] == "UnknownOperationError"
    assert "submit" in error["message"]


def test_a_slow_request_delays_no_other(agent):
    slow = agent.send("run", argv=["sleep", "60"])
    began = time.monotonic()

    assert agent.ask("run", argv=["echo", "quick"])["stdout"] == "quick\n"
    assert time.monotonic() - began < 5
    assert slow


def test_a_command_gets_its_input_and_gives_its_status(agent):
    told = agent.ask("run", b"some text", argv=["sh", "-c", "cat; echo wrong >&2; exit 3"])

    assert told == {"returncode": 3, "stdout": "some text", "stderr": "wrong\n"}


def test_a_command_that_takes_too_long_is_killed_with_what_it_started(agent, tmp_path):
    argv = ["sh", "-c", f"sleep 60 & echo $! >{tmp_path}/pid; wait"]
    error = agent.ask("run", argv=argv, timeout_seconds=0.5)["error"]

    assert error["type"] == "TimeoutError"
    pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: not _is_running(pid))


def test_a_missing_command_is_an_error_with_its_name(agent):
    error = agent.ask("run", argv=["/no/such/command"])["error"]

    assert (error["type"], error["errno"], error["filename"]) == ("FileNotFoundError", 2, "/no/such/command")


def test_files_are_put_beside_and_renamed_and_got_back(agent, tmp_path):
    content = os.urandom(3 * wire.CHUNK_BYTES + 5)
    number = agent.send("put", content[: wire.CHUNK_BYTES], path=str(tmp_path / "file"), mode=0o640, more=True)
    for start in range(wire.CHUNK_BYTES, len(content), wire.CHUNK_BYTES):
        chunk = content[start : start + wire.CHUNK_BYTES]
        more = start + wire.CHUNK_BYTES < len(content)
        wire.write_frame(agent.stdin, {"id": number, "more": more}, chunk)

    assert agent.reply(number)[0] == {"size": len(content)}
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    assert agent.reply(agent.send("get", path=str(tmp_path / "file"))) == ({"size": len(content)}, content)
    part = agent.reply(agent.send("get", path=str(tmp_path / "file"), offset=3, length=4))[1]
    assert part == content[3:7]
    assert os.listdir(tmp_path) == ["file"]


def test_a_file_that_cannot_be_written_leaves_nothing_and_names_itself(agent, tmp_path):
    error = agent.ask("put", b"x" * 100, path=str(tmp_path / "no" / "folder"))["error"]

    assert error["type"] == "FileNotFoundError"
    assert error["filename"].startswith(str(tmp_path / "no" / "folder"))
    assert agent.ask("run", argv=["true"])["returncode"] == 0


def test_a_package_is_stored_under_its_hash_and_only_then(agent):
    digest = hashlib.sha256(b"content").hexdigest()

    assert agent.ask("package", b"content", digest=digest) == {}
    assert agent.ask("package", b"other", digest=digest)["error"]["type"] == "HashMismatchError"
    assert agent.ask("packages", digests=[digest, "0" * 64]) == {"missing": ["0" * 64]}
    assert (agent.root / "packages" / f"{digest}.zip").read_bytes() == b"content"


def test_its_hello_tells_which_packages_are_here(start_agent):
    digest = hashlib.sha256(b"content").hexdigest()
    first = start_agent()
    first.ask("package", b"content", digest=digest)

    assert first.hello["packages"] == []
    assert start_agent().hello["packages"] == [digest[:12]]


def test_its_folders_are_for_nobody_else(agent):
    agent.ask("package", b"", digest=hashlib.sha256(b"").hexdigest())

    for folder in (agent.root, *agent.root.iterdir()):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("junk", [b"\xff" * 64, b"\x00\x00\x00\x02\x00\x00\x00\x00[]", b"\x00\x00"])
def test_it_ends_when_it_is_sent_what_is_no_frame(agent, junk):
    agent.stdin.write(junk)
    agent.stdin.flush()

    assert agent.end() == 0


def test_it_ends_with_its_input_and_takes_its_commands_along(start_agent, tmp_path):
    agent = start_agent()
    agent.send(
        "run", argv=["sh", "-c", f"echo $$ >{tmp_path}/pid.part; mv {tmp_path}/pid.part {tmp_path}/pid; sleep 60"]
    )
    wait_until((tmp_path / "pid").exists)

    assert agent.end() == 0
    wait_until(lambda: not _is_running(int((tmp_path / "pid").read_text())))


def test_what_builds_an_environment_ends_with_an_agent_that_is_killed(start_agent, tmp_path):
    agent, begun, uv = start_agent(), tmp_path / "begun", tmp_path / "uv"
    uv.write_text(f"#!/bin/sh\nsleep 100 &\necho $$ $! >{begun}.part; mv {begun}.part {begun}\nwait\n")
    uv.chmod(0o755)
    agent.send("build", key="key", uv=str(uv), python="python3", lock="", offline=True)
    wait_until(begun.exists)
    pids = [int(pid) for pid in begun.read_text().split()]
    assert all(_is_running(pid) for pid in pids)
    agent.process.kill()

    wait_until(lambda: not any(_is_running(pid) for pid in pids), 30)


def test_what_it_runs_to_end_with_it_gives_its_words_and_its_status():
    told = processes.run(["sh", "-c", "cat; echo out; echo $0 >&2; exit 7", "it's"], ends_with_us=True)

    assert told == {"returncode": 7, "stdout": "out\n", "stderr": "it's\n"}


def test_a_detached_job_outlives_it(start_agent, tmp_path):
    agent = start_agent()
    agent.submit("job-1", f"until [ -e {tmp_path}/go ]; do sleep 0.01; done; : >{tmp_path}/went")
    agent.end()
    (tmp_path / "go").touch()

    wait_until((tmp_path / "went").exists)


def test_a_submission_under_way_is_written_down_although_the_client_has_gone(start_agent, tmp_path):
    agent = start_agent()
    argv = ["sh", "-c", f": >{tmp_path}/began; until [ -e {tmp_path}/go ]; do sleep 0.01; done; echo 17"]
    agent.send("submit", key="job-1", job={"tasks": 1}, script="", argv=argv)
    wait_until((tmp_path / "began").exists)
    agent.stdin.close()
    (tmp_path / "go").touch()

    wait_until((agent.root / "jobs" / "job-1" / "submitted.json").exists)


def test_a_broken_agent_is_not_left_behind_by_a_client_that_was_killed(start_agent):
    agent = start_agent()
    agent.stdin.close()

    assert agent.process.wait(5) == 0


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False  # it was waited for this very moment
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def test_an_old_python_2_ends_after_its_marker():
    found = sorted(Path.home().glob(".pyenv/versions/2.7*/bin/python2.7")) or [Path("/usr/bin/python2.7")]
    if not found[0].exists():
        pytest.skip("no Python 2.7 here")
    ended = subprocess.run(
        [found[0], *loader.PYTHON_FLAGS, "-c", loader.LOADER],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )

    assert loader.parse_marker(ended.stdout.splitlines()[-1]) == (2, 7)
    assert ended.returncode == 3


def test_many_requests_at_once_are_all_answered(agent):
    numbers = [agent.send("packages", digests=[]) for _ in range(300)]
    answered = [agent.read()[0]["id"] for _ in numbers]

    assert sorted(answered) == numbers


def test_what_is_sent_to_a_pool_arrives_in_the_order_in_which_it_was_sent(agent):
    nothing: dict[str, list[str]] = {"needs": [], "packages": []}
    agent.ask("pool_open", key="pool-1", argv=["cat"], variables={}, heartbeat_seconds=5, unpack=[], **nothing)
    first = {"id": 1000, "op": "pool_send", "key": "pool-1", "message": {"number": 1}, "length": 2, **nothing}
    wire.write_frame(agent.stdin, {**first, "more": True}, b"a")
    second = agent.send("pool_send", key="pool-1", message={"number": 2}, length=0, **nothing)
    agent.ask("packages", digests=[])
    wire.write_frame(agent.stdin, {"id": 1000}, b"b")
    agent.reply(second)
    while len(agent.events) < 3:  # the first tells of the folder
        agent.events.append(agent.read())

    assert [(event.get("number"), body) for event, body in agent.events[1:]] == [(1, b"ab"), (2, b"")]
