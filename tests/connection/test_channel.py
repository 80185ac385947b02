"""A channel to a real agent, and to what is none."""

from __future__ import annotations

import os
import signal

import pytest

from clustrix.config import ClusterConfig
from clustrix.connection import open_channel
from clustrix.connection.frames import Buffer, body_chunks, remote_error, request_frames
from clustrix.errors import ClustrixError, ConnectionLostError, RemotePythonError
from clustrix_remote import wire
from clustrix_remote.agent import MAX_WAITING_CHUNKS, SUBMIT_THREADS
from tests.waiting import wait_until


def test_it_knows_the_machine_and_the_python_at_the_other_end(cluster_python, tmp_path):
    channel = open_channel(ClusterConfig(cluster_type="local", python_executable=cluster_python))
    try:
        assert channel.hello.python >= (3, 6)
        assert channel.hello.user
        assert channel.hello.root == os.path.expanduser("~/.clustrix")
    finally:
        channel.close()


def test_requests_are_answered_side_by_side(channel):
    slow = channel.start("run", {"argv": ["sleep", "0.5"]})
    quick = channel.start("run", {"argv": ["echo", "quick"]})

    assert quick.result(5).header["stdout"] == "quick\n"
    assert not slow.done()
    assert slow.result(5).header["returncode"] == 0


def test_a_short_request_overtakes_a_long_body(channel, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    # The body is read by nobody until the reader below comes, so it must not be in anybody's way.
    long = channel.start("run", {"argv": ["sh", "-c", f"cat >{fifo}"]}, os.urandom(20_000_000))

    assert channel.request("packages", {"digests": []}, timeout_seconds=10).header == {"missing": []}
    with fifo.open("rb") as reader:
        assert len(reader.read()) == 20_000_000
    assert long.result(10).header["returncode"] == 0


def test_more_long_submissions_at_once_than_the_agent_has_threads_all_arrive(channel):
    # Each is longer than what the agent keeps of a request that no thread has taken up.
    call = bytes(wire.CHUNK_BYTES * (MAX_WAITING_CHUNKS + 2))
    header = {"job": {"tasks": 1}, "argv": ["true"], "script": "", "calls": len(call)}
    submissions = [channel.start("submit", {**header, "key": f"long-{n}"}, call) for n in range(SUBMIT_THREADS + 2)]

    assert [each.result(60).header["already"] for each in submissions] == [False] * len(submissions)


def test_a_body_of_many_buffers_arrives_whole(channel, tmp_path):
    parts: list[Buffer] = [b"small", memoryview(os.urandom(3_000_000)), bytearray(b"end"), b""]
    channel.request("put", {"path": str(tmp_path / "file")}, parts)

    assert (tmp_path / "file").read_bytes() == b"".join(parts)


def test_a_long_body_is_cut_without_being_copied():
    content = bytes(2 * wire.CHUNK_BYTES + 1)
    chunks = list(body_chunks([content]))

    assert [len(chunk) for chunk in chunks] == [wire.CHUNK_BYTES, wire.CHUNK_BYTES, 1]
    assert all(isinstance(chunk, memoryview) and chunk.obj is content for chunk in chunks)


def test_a_body_that_fits_is_one_frame():
    assert list(request_frames({"id": 1, "op": "x"}, [b"a", b"b"])) == [({"id": 1, "op": "x"}, b"ab")]


def test_a_long_reply_goes_piece_by_piece_to_who_wants_it(channel, tmp_path):
    content = os.urandom(3_000_000)
    (tmp_path / "file").write_bytes(content)
    pieces: list[bytes] = []
    channel.start("get", {"path": str(tmp_path / "file")}, sink=pieces.append).result(10)

    assert len(pieces) == 3
    assert b"".join(pieces) == content


def test_file_errors_are_pythons_own_with_the_machine_before_the_path(channel, tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        channel.request("get", {"path": str(tmp_path / "missing")})

    assert caught.value.filename == f"this machine:{tmp_path / 'missing'}"
    with pytest.raises(IsADirectoryError):
        channel.request("get", {"path": str(tmp_path)})


@pytest.mark.parametrize("name", ["Exception", "SystemExit", "KeyError", "no such", "print"])
def test_only_file_errors_are_rebuilt_by_name(name):
    assert type(remote_error({"type": name, "message": "x"}, "s17")) is ClustrixError


def test_errno_keeps_its_meaning_between_systems():
    error = remote_error({"type": "FileExistsError", "message": "File exists", "errno": 9999, "filename": "/a"}, "s17")

    assert isinstance(error, FileExistsError)
    assert str(error) == "[Errno 9999] File exists: 's17:/a'"


def test_an_agent_that_is_killed_is_found_out_at_once(channel):
    waiting = channel.start("run", {"argv": ["sleep", "60"]})
    told: list[ConnectionLostError] = []
    channel.when_lost(told.append)
    os.kill(channel.hello.pid, signal.SIGKILL)

    with pytest.raises(ConnectionLostError, match="this machine"):
        waiting.result(10)
    with pytest.raises(ConnectionLostError):
        channel.request("packages", {"digests": []})
    wait_until(lambda: told)
    assert not channel.is_usable
    again: list[ConnectionLostError] = []
    channel.when_lost(again.append)
    assert again == told


def test_closing_ends_the_agent_and_what_waits(config):
    channel = open_channel(config)
    pid = channel.hello.pid
    waiting = channel.start("run", {"argv": ["sleep", "60"]})
    told: list[ConnectionLostError] = []
    channel.when_lost(told.append)
    channel.close()
    channel.close()

    with pytest.raises(ConnectionLostError, match="closed"):
        waiting.result(1)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not told


def test_ctrl_c_in_the_terminal_does_not_reach_the_agent(channel):
    assert os.getpgid(channel.hello.pid) != os.getpgid(0)


def test_events_of_other_jobs_and_a_broken_subscriber_disturb_nobody(channel, caplog):
    seen: list[str] = []

    def broken(event, body):
        seen.append(event["event"])
        raise RuntimeError("a mistake")

    channel.subscribe("job-1", broken)
    script = "echo 0 >outcomes/0.exit; : >../../spool/$(basename $(pwd)).0.exit"
    for key in ("job-2", "job-1"):
        channel.request("submit", {"key": key, "job": {"tasks": 1}, "script": script, "argv": None})

    wait_until(lambda: "exit" in seen)
    assert channel.request("packages", {"digests": []}).header == {"missing": []}
    wait_until(lambda: "job-1" in caplog.text)


# --------------------------------------------------------------------------------------------- what is no agent


def refused(python: str, tmp_path) -> str:
    config = ClusterConfig(cluster_type="local", python_executable=python, remote_work_dir=str(tmp_path))
    with pytest.raises(RemotePythonError) as caught:
        open_channel(config)
    assert python in str(caught.value)
    assert "python_executable" in str(caught.value)
    return str(caught.value)


def test_an_interpreter_that_does_not_exist(tmp_path):
    assert "No such file" in refused("/no/such/python3", tmp_path)


def test_an_interpreter_that_is_a_folder(tmp_path):
    assert "cannot be started" in refused(str(tmp_path), tmp_path)


def test_an_interpreter_that_cannot_be_executed(tmp_path):
    (tmp_path / "python3").write_text("")
    assert "cannot be started" in refused(str(tmp_path / "python3"), tmp_path)


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 0\n", "#!/bin/sh\necho I am a shell >&2\nexit 2\n"])
def test_an_interpreter_that_is_something_else(program, tmp_path, text):
    assert "is not a Python" in refused(program(text), tmp_path)


def test_an_interpreter_that_talks_without_end(program, tmp_path):
    assert "is not a Python" in refused(program("#!/bin/sh\nwhile :; do echo noise; done\n"), tmp_path)


def test_an_interpreter_that_says_nothing_and_stays(program, tmp_path, monkeypatch):
    monkeypatch.setattr("clustrix.connection.local.START_SECONDS", 0.3)

    assert "within" in refused(program("#!/bin/sh\nexec sleep 60\n"), tmp_path)


@pytest.mark.parametrize("version", ["3.5", "2.7"])
def test_an_interpreter_that_is_too_old(program, tmp_path, version):
    from clustrix_remote.loader import MARKER

    said = refused(program(f"#!/bin/sh\necho {MARKER} {version}\nexit 3\n"), tmp_path)

    assert f"is Python {version}" in said
    assert "3.6" in said


def test_an_interpreter_without_zlib_is_told_by_its_own_words(program, tmp_path):
    from clustrix_remote.loader import MARKER

    lacks = f'#!/bin/sh\necho {MARKER} 3.9\necho "ModuleNotFoundError: No module named zlib" >&2\nexit 1\n'
    assert "No module named zlib" in refused(program(lacks), tmp_path)


def test_a_banner_before_the_agent_is_skipped(program, tmp_path):
    import sys

    wrapper = program(f'#!/bin/sh\necho Welcome to the cluster\nprintf "no newline"\nexec {sys.executable} "$@"\n')
    channel = open_channel(ClusterConfig(cluster_type="local", python_executable=wrapper))
    assert channel.request("packages", {"digests": []}).header == {"missing": []}
    channel.close()


# ------------------------------------------------------------------------------------------- what pretends to be one


@pytest.mark.parametrize(
    "says",
    [
        "frame({}, lie=2**31)",
        "frame({'id': 99, 'ok': {}})",
        "frame({'id': [], 'ok': {}})",
        "out.write(b'x' * 100); out.flush()",
        "[frame({'id': 1, 'ok': {}, 'more': True}, b'x' * 2**20) for _ in range(70)]",
    ],
    ids=["lengths that lie", "an answer to nothing", "an id that is none", "no frame", "an answer without end"],
)
def test_a_hostile_agent_loses_its_connection(pretender, says):
    python = pretender(f"frame(hello)\nwire_in = stdin.read(8)\n{says}\nstdin.read()")
    channel = open_channel(ClusterConfig(cluster_type="local", python_executable=python))

    with pytest.raises(ConnectionLostError):
        channel.request("packages", {"digests": []}, timeout_seconds=20)


@pytest.mark.parametrize(
    "hello", ["{}", "{'event': 'hello', 'protocol': 99}", "{**hello, 'python': 'x'}", "{**hello, 'commands': 3}"]
)
def test_a_hello_that_cannot_be_read_is_no_agent(pretender, tmp_path, hello):
    assert "hello" in refused(pretender(f"frame({hello})\nstdin.read()"), tmp_path)


def test_nothing_of_the_callers_python_reaches_the_agents(config, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    channel = open_channel(config)
    told = channel.request("run", {"argv": ["env"]}).header["stdout"]
    channel.close()

    assert "PYTHONPATH" not in told
