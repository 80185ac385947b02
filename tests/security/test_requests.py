"""Whatever comes to an agent: it answers with an error, or ends; it neither hangs, nor touches what is not its own."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustrix_remote.commands import OPERATIONS
from clustrix_remote.file_requests import FUNCTIONS
from tests.agent.conftest import RETURNS, Talker, agent, start_agent  # noqa: F401  # fixtures

#: Operations that may be asked for anything that their user may do; what is asked of them here does no harm.
ANYTHING = {"run", "build", "probe", "interpreters", "interpreter_of", "container", "pool_open", "put", "get", "file"}
#: None of these is a file or folder but "inside".
PATHS = [
    "inside",
    "inside/nothing",
    "",
    "a\0b",
    "x" * 5000,
    "/nonexistent/../nonexistent/x",
    "\udc80\ud800",
    "~nobody/x",
]
KEYS = st.sampled_from(["job-1", "..", "../../up", "/etc", "a/b", "", "a\0b", "k" * 81, "\udcff", "é", ".hidden"])
ODD = st.one_of(
    st.none() | st.booleans() | st.floats(),
    st.sampled_from([-1, 0, 1, 7, 2**31, 2**64, -(2**70)]),
    KEYS,
    st.sampled_from(PATHS),
    st.lists(KEYS | st.integers(), max_size=3),
    st.lists(st.lists(KEYS | st.integers(), max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["tasks", "map", "a"]), st.integers() | st.text(max_size=3), max_size=2),
)
NAMES = (
    "key", "keys", "digest", "digests", "task", "offset", "length", "limit", "follow", "job", "script", "calls",
    "calls_of", "needs", "unpack", "packages", "environment", "find_argv", "names", "name", "message", "record",
    "unless_files", "keep", "dry_run", "settled", "signal", "kill_after_seconds", "timeout_seconds", "unused_seconds",
)  # fmt: skip
FILE_NAMES = (
    "what", "paths", "pattern", "type", "target", "offset", "length", "digest", "token", "size", "mode", "mtime_ns",
    "new", "into", "names", "files", "fill", "folders", "links", "parents", "exist_ok", "missing_ok", "recursive",
)  # fmt: skip
REQUESTS = st.fixed_dictionaries({"op": st.sampled_from(sorted(set(OPERATIONS) - ANYTHING)) | ODD}).flatmap(
    lambda op: st.dictionaries(st.sampled_from(NAMES), ODD, max_size=5).map(lambda rest: {"key": "job-1", **rest, **op})
)
#: A path that is odd, never one that is somewhere.
FILE_REQUESTS = st.fixed_dictionaries(
    {"op": st.just("file"), "function": st.sampled_from(sorted(FUNCTIONS)) | ODD, "path": st.sampled_from(PATHS)}
).flatmap(
    lambda given: st.dictionaries(
        st.sampled_from(FILE_NAMES), ODD.filter(lambda value: value not in ("..", "/etc", "../../up")), max_size=5
    ).map(lambda rest: {"target": "inside", "fill": "inside", **rest, **given})
)


@pytest.fixture
def talker(start_agent: Any, tmp_path: Path) -> Talker:  # noqa: F811
    work = tmp_path / "a" / "work"
    work.mkdir(parents=True)
    (work / "inside").mkdir()
    (tmp_path / "a" / "outside").write_text("untouched")
    made: Talker = start_agent(folder=work)
    made.submit("job-1", RETURNS)
    made.events_until("exit")
    return made


def answer(talker: Talker, header: dict[str, Any], body: bytes) -> dict[str, Any]:
    number = next(talker._ids)
    text = json.dumps({**header, "id": number}).encode()
    talker.stdin.write(struct.pack(">II", len(text), len(body)) + text + body)
    talker.stdin.flush()
    while True:
        told, _ = talker.read()
        if told.get("id") == number and not told.get("more"):
            return told


@pytest.mark.parametrize("requests", [REQUESTS, FILE_REQUESTS], ids=["jobs", "files"])
def test_a_request_of_any_kind_is_answered_and_touches_nothing_outside(talker, tmp_path, requests):
    @given(header=requests, body=st.binary(max_size=50))
    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
    def is_answered(header, body):
        told = answer(talker, header, body)
        assert isinstance(told.get("ok", told.get("error")), dict)

    is_answered()
    assert talker.ask("packages", digests=[]) == {"missing": []}
    assert talker.submit("job-2", RETURNS)["answer"]["returncode"] == 0
    assert talker.events_until("exit")[-1][0]["key"] == "job-2"
    assert {each.name for each in (tmp_path / "a").iterdir()} == {"work", "outside"}
    assert (tmp_path / "a" / "outside").read_text() == "untouched"


@pytest.mark.parametrize(
    "sent",
    [
        b"garbage" * 1000,
        struct.pack(">II", 2**32 - 1, 0),
        struct.pack(">II", 100, 0) + b"cut off",
        struct.pack(">II", 200_000, 0) + b"[" * 200_000,
        struct.pack(">II", 2, 0) + b"[]",
        struct.pack(">II", 11, 0) + b'{"id": [7]}',
        struct.pack(">II", 2, 0) + b"{}",
        struct.pack(">II", 17, 7) + b'{"op": "modules"}' + b"garbage",
        struct.pack(">II", 2_000_000, 0) + b'{"id": ' + b"9" * 1_999_992 + b"}",
    ],
    ids=map(str, range(9)),
)
def test_what_is_no_request_ends_the_agent(talker, sent):
    talker.stdin.write(sent)
    talker.stdin.flush()

    assert talker.end() == 0


def test_odd_files_of_one_job_disturb_no_other(talker):
    folder = talker.root / "jobs" / "job-1"

    @given(junk=st.recursive(ODD, lambda inner: st.lists(inner, max_size=2), max_leaves=4), text=st.binary(max_size=30))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def is_borne(junk, text):
        (folder / "outcomes").mkdir(parents=True, exist_ok=True)
        for name in ("job.json", "submitted.json", "submitting.json", "outcomes/0.started", "outcomes/0.exit"):
            (folder / name).write_bytes(text if len(text) % 2 else json.dumps(junk).encode())
        (folder / "outcomes" / "²").write_bytes(text)
        for op in ("job", "watch", "jobs", "table", "earlier", "remove", "sweep"):
            answer(talker, {"op": op, "key": "job-1", "keys": ["job-1"], "keep": [], "unless_files": True}, b"")

    is_borne()
    assert talker.submit("job-2", RETURNS)["answer"]["returncode"] == 0
    while talker.events_until("exit")[-1][0]["key"] != "job-2":
        pass
