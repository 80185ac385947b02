"""Whatever an agent answers, and tells: each of our own readers takes it, or it is an error by name; nothing else."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustrix.attaching import find_job, follow
from clustrix.cleaning import Wish, clean_cluster
from clustrix.config import ClusterConfig
from clustrix.connection import Link, close_all, link_for
from clustrix.connection.answers import EVENTS, FILE_REPLIES, REPLIES, reply_shape
from clustrix.connection.shapes import MAX_COUNT, Each, Maybe, what_is_odd
from clustrix.environments import found_pythons, interpreters
from clustrix.errors import ClustrixError, ConnectionLostError
from clustrix.filesystem import There
from clustrix.host_pool import read_room
from clustrix.job_on_cluster import Job
from clustrix.job_table import job_rows
from clustrix.map_resuming import earlier_jobs
from clustrix.resources import Resources
from clustrix.scheduler_poll import ask_scheduler, cancel_job, find_job_id, learn_site
from clustrix.schedulers import scheduler_named
from clustrix.site import look_around
from clustrix.site_limits import learn_limits
from clustrix.staging import Submission, submit
from clustrix.values import read_outcome
from clustrix_remote.filesystem import Filesystem, UnreadFoldersWarning
from clustrix_remote.places import Here

#: Answers every request as the file says whose path is given: {operation or function: [events, reply, body]}.
ANSWERS = """
frame(hello)
asked = {{}}
while True:
    lengths = stdin.read(8)
    if len(lengths) < 8:
        break
    head, size = struct.unpack('>II', lengths)
    header = json.loads(stdin.read(head))
    stdin.read(size)
    op = asked.setdefault(header.get('id'), header.get('function') or header.get('op'))
    if header.get('more') or 'id' not in header:
        continue
    with open({path!r}) as told:
        events, reply, body = json.load(told).get(op, [[], {{'ok': {{}}}}, ''])
    import base64
    for event in events:
        frame(event, b'x' * 10)
    frame(dict(reply, id=header['id']), base64.b64decode(body))
"""

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2**31, 2**63, 2**80, -(2**70), 1e308, float("inf"), float("nan"), 0.5]),
    st.sampled_from(["", "x", "..", "../../up", "/etc/passwd", "a\0b", "é" * 300, "1", "\x1b[2J", "\udc80"]),
    st.just([]),
    st.just({}),
    st.lists(st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
#: What our readers look into, besides shapes.
WORDS = st.sampled_from(
    ["process", "slurm", "sge", "pbs", "lsf", "00ff", "f", "x.csv", "..", "a/b", "/", "1", "", "\0"]
)


FEW = st.integers(0, 3)
CHANCE = st.integers(0, 12)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS | st.text(max_size=30),
    int: st.integers(-3, 3) | st.integers(),
    float: st.floats() | st.integers(),
    bool: st.booleans(),
    dict: st.dictionaries(WORDS | st.sampled_from(["cores", "memory_bytes", "odd"]), ODD, max_size=3),
}
COUNTS = st.integers(0, 5) | st.sampled_from([2**31, 10_000_000, MAX_COUNT - 1, MAX_COUNT])


@st.composite
def of_shape(draw: st.DrawFn, shape: Any) -> Any:
    """Values of a shape; now and then one part is something else."""
    return _drawn(draw, shape)


def _drawn(draw: st.DrawFn, shape: Any) -> Any:
    if draw(CHANCE) == 0:
        return draw(ODD)
    if isinstance(shape, Maybe):
        return None if draw(CHANCE) < 4 else _drawn(draw, shape.shape)
    if isinstance(shape, Each):
        return {draw(WORDS): _drawn(draw, shape.shape) for _ in range(draw(FEW))}
    if isinstance(shape, list):
        return [_drawn(draw, shape[0]) for _ in range(draw(FEW))]
    if isinstance(shape, tuple):
        return [_drawn(draw, one) for one in shape]
    if isinstance(shape, dict):
        return {name: _drawn(draw, one) for name, one in shape.items()}
    if isinstance(shape, re.Pattern):
        return draw(st.sampled_from(["00ff", "0", "zz"]))
    return draw(COUNTS if isinstance(shape, range) else PLAIN.get(shape, ODD))


BODIES = st.one_of(
    st.binary(max_size=60),
    st.lists(WORDS, max_size=14).map(lambda words: "".join(word + "\0" for word in words).encode()),
    st.lists(ODD | st.fixed_dictionaries({"key": WORDS, "tasks": ODD, "task_states": ODD, "submitted": ODD})).map(
        lambda rows: "\n".join(map(json.dumps, rows)).encode()
    ),
)


class Pretender:
    """An agent that answers what it is told to answer."""

    def __init__(self, folder: Path, python: Callable[[str], str]) -> None:
        self._answers = folder / "answers"
        self._answers.write_text("{}")
        self.folder = folder
        self.config = ClusterConfig(
            cluster_type="local",
            remote_work_dir=str(folder),
            python_executable=python(ANSWERS.format(path=str(self._answers))),
        )

    @property
    def link(self) -> Link:
        return link_for(self.config)

    def will_say(self, op: str, reply: Any, body: bytes = b"", events: Any = ()) -> None:
        told = {op: [list(events), reply, base64.b64encode(body).decode()]}
        beside = self._answers.with_suffix(".part")
        beside.write_text(json.dumps(told))
        beside.replace(self._answers)

    @property
    def files(self) -> Filesystem:
        return Filesystem(There(lambda: self.link, "hpc"), Here(lambda: str(self.folder)))

    @property
    def job(self) -> Job:
        read = partial(read_outcome, signing_key=b"k" * 32, name="f")
        return Job("job-1", "f", self.link, scheduler_named("process"), Resources(), read)


@pytest.fixture
def pretended(pretender: Callable[[str], str], tmp_path: Path) -> Iterator[Pretender]:
    yield Pretender(tmp_path, pretender)
    close_all()


def attached(agent: Pretender) -> None:
    follow(find_job("job-1", agent.config)).leave()


def submitted(agent: Pretender) -> None:
    submit(agent.link, Submission({"key": "job-1", "job": {}}, (), (b"x",))).result(60)


SLURM, SGE = scheduler_named("slurm"), scheduler_named("sge")
#: The operation whose answer is odd, and what of ours reads it.
READERS: dict[str, tuple[str, Callable[[Pretender], object]]] = {
    "attach": ("job", attached),
    "attach, watching": ("watch", attached),
    "submit": ("submit", submitted),
    "packages": ("packages", lambda a: a.link.request("packages", {"digests": []}).header["missing"]),
    "ls": ("names", lambda a: a.files.ls("d")),
    "entries": ("entries", lambda a: a.files.entries("d")),
    "find": ("find", lambda a: a.files.find()),
    "count": ("count", lambda a: a.files.count_files()),
    "du": ("usage", lambda a: a.files.du()),
    "stat": ("look", lambda a: a.files.stat(["a", "b"])),
    "exists": ("look", lambda a: a.files.exists("a")),
    "rename": ("rename", lambda a: a.files.rename("a", "b")),
    "absolute": ("absolute", lambda a: a.files.absolute("a")),
    "read": ("read", lambda a: a.files.read_bytes("a", length=100)),
    "open": ("read", lambda a: a.files.open("a", "rb", buffering=0).read(10)),
    "write": ("write", lambda a: a.files.write_bytes("a", b"x")),
    "get": ("read", lambda a: a.files.get("a", "here")),
    "put": ("write", lambda a: a.files.put("answers", "there")),
    "table": ("table", lambda a: [row.to_dict() for row in job_rows(a.link)]),
    "sweep": ("sweep", lambda a: clean_cluster(a.link, Wish(all_ended=True))),
    "work": ("work", lambda a: a.job.work_files(0)),
    "fetch": ("work", lambda a: a.job.fetch_file(0, "x.csv", a.folder, None)),
    "log": ("log", lambda a: a.job.fetch_log(0)),
    "earlier": ("earlier", lambda a: earlier_jobs(a.link, "k", "f")),
    "room": ("room", lambda a: read_room("hpc", a.link.request("room", {}).header)),
    "ask": ("run", lambda a: ask_scheduler(a.link, SLURM, ["1"])),
    "find_job": ("run", lambda a: find_job_id(a.link, SLURM, ["squeue"])),
    "cancel": ("run", lambda a: cancel_job(a.link, SLURM, "job-1", "1")),
    "site": ("run", lambda a: learn_site(a.link, SGE)),
    "limits": ("run", lambda a: learn_limits(a.link, SLURM, Resources())),
    "look_around": ("interpreters", lambda a: look_around(a.link)),
    "newest": ("interpreters", lambda a: found_pythons.newest_between(a.link, a.config, (3, 9), (3, 14), "hpc", "a pool")),
    "probe": ("probe", lambda a: interpreters.probe(a.link, "python3", {})),
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_an_answer_is_read_or_refused_by_name(pretended, reader):
    op, read = READERS[reader]
    shape = FILE_REPLIES.get(op) or REPLIES.get(op, {})
    if op == "look":
        shape = reply_shape("file", {"function": "look", "what": reader, "paths": ["a", "b"][: 2 - (reader != "stat")]})

    @given(ok=of_shape(shape), body=BODIES)
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    def is_read(ok, body):
        pretended.will_say(op, {"ok": ok}, body)
        with contextlib.suppress(ClustrixError, OSError), warnings.catch_warnings():
            warnings.simplefilter("ignore", UnreadFoldersWarning)
            read(pretended)
        found_pythons.forget(pretended.link)
        interpreters._probed.clear()

    is_read()
    # Beside what was asked for there may be the beginnings of long files, with which a transfer would go on.
    names = {path.name for path in pretended.folder.rglob("*") if not path.name.startswith(".clustrix-")}
    assert names <= {"answers", "here", "program", "x.csv"}


def test_more_of_a_file_than_was_asked_for_is_not_kept(pretended, monkeypatch):
    monkeypatch.setattr("clustrix.connection.link.PAUSES_SECONDS", (0.0,))
    known = {"path": "/a", "size": 10**9, "mtime_ns": 1, "mode": 0o600}
    pretended.will_say("read", {"ok": known}, b"x" * 101)

    with pytest.raises(ConnectionLostError, match="more than 100 bytes"):
        pretended.files.read_bytes("a", length=100)


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_is_read_or_told_to_whoever_waits(pretended, kind):
    @given(event=of_shape(EVENTS[kind]).filter(lambda value: isinstance(value, dict)))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def is_read(event):
        pretended.will_say("job", {"ok": DESCRIBED})
        future = find_job("job-1", pretended.config)
        told = {**event, "event": kind, "key": "job-1"}
        pretended.will_say("watch", {"ok": {}}, events=[told])
        follow(future)
        if what_is_odd(event, EVENTS[kind]) is None and kind not in ("outcome", "exit", "gone"):
            future.leave()
            return
        if kind == "exit" and event.get("outcome"):
            future.leave()
            return
        error = future.exception(60)
        assert isinstance(error, ClustrixError | OSError), error

    is_read()


DESCRIBED = {
    "description": {"name": "f", "scheduler": "process", "signing_key": "00ff"},
    "submitted": {"answer": {"returncode": 0, "stdout": "7", "stderr": ""}},
    "tasks": {},
}
