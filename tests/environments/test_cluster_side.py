"""The agent's half: the lock between nodes, and what may be removed."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from clustrix_remote import build_lock, environments, jobfolders
from clustrix_remote.layout import Layout

SECONDS = 20


@pytest.fixture
def where(tmp_path: Path) -> Layout:
    where = Layout(str(tmp_path))
    jobfolders.make_root(where)
    environments.make_folders(where)
    return where


def lock(where: Layout, **words: float) -> build_lock.BuildLock:
    return build_lock.BuildLock(os.path.join(where.environments, ".lock"), **words)


def own_by(where: Layout, **owner: object) -> None:
    """Leave a lock as another process would."""
    folder = Path(where.environments, ".lock")
    folder.mkdir()
    (folder / "owner").write_text(json.dumps({"host": os.uname()[1], "pid": 1, "started": 1, "token": "x", **owner}))


def make_ready(where: Layout, key: str) -> Path:
    folder = Path(where.environment(key))
    folder.mkdir()
    (folder / "READY").write_text("{}")
    return folder


def test_one_of_many_has_the_lock_at_a_time(where):
    inside, seen = [], []

    def enter():
        with lock(where):
            inside.append(1)
            seen.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert seen == [1] * 8


def test_the_lock_of_a_process_that_died_on_this_node_is_taken_at_once(where):
    own_by(where, pid=os.getpid(), started=1)

    with lock(where) as mine:
        mine.check()


def test_the_lock_of_another_node_is_taken_when_nobody_touches_it_any_more(where):
    own_by(where, host="elsewhere")

    with lock(where, stale_seconds=0.2) as mine:
        mine.check()


def test_whoever_lost_the_lock_is_told(where):
    with lock(where) as mine:
        os.rename(os.path.join(where.environments, ".lock"), os.path.join(where.environments, ".taken"))

        with pytest.raises(build_lock.LockLostError, match="taken over"):
            mine.check()


def test_a_build_whose_lock_was_taken_touches_nothing_and_waits_for_the_one_that_took_it(where, tmp_path):
    """uv takes so long that another takes over, and has it built before we look again."""
    key, folder = "key", Path(where.environments)
    uv = tmp_path / "uv"
    other = f'rm -rf {folder}/.lock; mkdir {folder}/{key}; echo \'{{"by": "another"}}\' >{folder}/{key}/READY'
    uv.write_text(f"#!/bin/sh\n{other}\nexit 1\n")
    uv.chmod(0o755)
    asked = {"key": key, "uv": str(uv), "python": "python3", "lock": "", "offline": True}

    answer = environments.build(where, asked)

    assert answer == {"ready": {"by": "another"}, "built": False}


def test_an_environment_is_kept_if_a_job_is_submitted_while_it_is_being_removed(where, monkeypatch):
    kept = make_ready(where, "kept")
    rename = os.rename

    def rename_after_a_submission(source, target):
        environments.ready(where, "kept")
        rename(source, target)

    os.utime(kept / "READY", (1.0, 1.0))
    monkeypatch.setattr(os, "rename", rename_after_a_submission)

    assert environments.prune(where, 60.0) == []
    assert environments.ready(where, "kept") == {}


def test_what_a_killed_build_left_is_removed_and_what_a_job_uses_is_kept(where):
    used, unused = make_ready(where, "used"), make_ready(where, "unused")
    half = Path(where.environment("half"))
    half.mkdir()
    described = {"environment": "used", "tasks": 1}
    jobfolders.create(where, where.job("job"), {"job.json": [json.dumps(described).encode()]})

    removed = environments.prune(where, 0.0)

    assert removed == ["half", "unused"]
    assert used.exists()
    assert not unused.exists()
    assert not half.exists()


def test_an_environment_that_was_used_lately_is_kept(where):
    make_ready(where, "lately")

    assert environments.ready(where, "lately") == {}
    assert environments.prune(where, 60.0) == []


@pytest.mark.parametrize("name", ["../escape.whl", "/etc/passwd", "not-a-wheel.zip"])
def test_only_wheels_are_put_among_the_wheels(where, name):
    with pytest.raises(ValueError, match="not a wheel's name"):
        environments.missing_wheels(where, [name])
