"""A warm pool: ordinary jobs that stay and take calls as they come. Its engine is real; its workers run on this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, as_completed, wait
from pathlib import Path
from typing import Any

import pytest

import clustrix
from clustrix.config import using
from clustrix.connection import close_all
from clustrix.errors import ConfigError, JobError, JobFailedError
from clustrix.warm_pool import Pool
from tests.map import functions
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """Two workers that all tests of this module share, and the folder of all that is on the cluster."""
    root = tmp_path_factory.mktemp("pool")
    with using(cluster_type="local", remote_work_dir=str(root)), clustrix.pool(workers=2, min_workers=1) as shared:
        yield shared
    close_all()
    assert not list((root / ".clustrix" / "pools").iterdir())


def test_values_come_in_order(pool):
    assert list(pool.map(functions.square, (x for x in range(200)))) == [x * x for x in range(200)]
    assert list(pool.map(functions.square, [])) == []
    assert list(pool.map(pow, [2, 3], [3, 2])) == [8, 9]


def test_what_is_decorated_is_called_as_it_is(pool):
    assert pool.submit(clustrix.cluster(functions.square), 3).result(60) == 9


def test_closures_and_keyword_arguments_arrive(pool):
    offset = 40

    def add(x: int, *, y: int) -> int:
        return offset + x + y

    assert pool.submit(add, 1, y=1).result(60) == 42


def test_a_functions_own_exception_is_raised_at_its_place(pool):
    results = pool.map(functions.inverse, [2, 0, 4])
    assert next(results) == 0.5
    with pytest.raises(ZeroDivisionError) as caught:
        next(results)
    assert next(results) == 0.25
    assert any("in call 1 of 3: inverse(0), made by pool" in note for note in caught.value.__notes__)
    assert [(failure.number, failure.args) for failure in results.failures] == [(1, (0,))]
    outcomes = pool.map(functions.inverse, [0, 2], return_exceptions=True)
    assert [type(value) for value in outcomes] == [ZeroDivisionError, float]


def test_a_call_that_ends_its_process_fails_alone(pool):
    def dies_at_two(x: int) -> int:
        if x == 2:
            os._exit(7)
        if x == 3:
            os.kill(os.getpid(), signal.SIGSEGV)
        return x

    results = list(pool.map(dies_at_two, range(5), return_exceptions=True))
    assert [value for value in results if isinstance(value, int)] == [0, 1, 4]
    assert isinstance(results[2], JobFailedError)
    assert (results[2].exit_code, results[3].signal) == (7, "SIGSEGV")


def test_large_values_go_both_ways(pool):
    shared = os.urandom(9 << 20)

    def longer(data: bytes, by: int) -> bytes:
        return data + bytes(by)

    assert [len(value) for value in pool.map(longer, [shared, shared], [1, 2])] == [len(shared) + 1, len(shared) + 2]
    assert pool.submit(longer, bytes(10), 9 << 20).result(60) == bytes(10 + (9 << 20))
    with pytest.raises(ConfigError, match="33 MB of arguments"):
        pool.submit(len, bytes(33 << 20))


def test_the_standard_librarys_waiting_works(pool):
    futures = [pool.submit(functions.inverse, x) for x in (1, 0, 2)]
    wait(futures, 60, return_when=FIRST_EXCEPTION)
    assert sorted(str(future.exception()) for future in as_completed(futures, 60)) == [
        "None",
        "None",
        "division by zero",
    ]


def test_a_time_out_leaves_the_place_as_it_is(pool, tmp_path):
    go = tmp_path / "go"
    results = pool.map(functions.wait_until_there, [str(go)], timeout=0.2)
    with pytest.raises(TimeoutError):
        next(results)
    go.touch()
    assert results.futures[0].result(60) == str(go)


def test_calls_of_a_lost_worker_are_given_to_another(pool, tmp_path):
    def lose_the_worker_once(marker: str) -> str:
        if not Path(marker).exists():
            Path(marker).touch()
            # The bench's parent is the engine's worker, whose parent is the job's.
            os.kill(os.getppid(), signal.SIGKILL)
        return "made"

    future = pool.submit(lose_the_worker_once, str(tmp_path / "marker"))
    assert future.result(120) == "made"
    assert future.retried == 1


def test_a_call_that_loses_every_worker_is_given_up(pool):
    def lose_the_worker() -> None:
        os.kill(os.getppid(), signal.SIGKILL)

    with pytest.raises(JobError, match="was given to a worker 2 times, and each was lost"):
        pool.submit(lose_the_worker).result(120)


def test_workers_come_with_calls_and_go_when_they_were_idle(pool, tmp_path, monkeypatch):
    def meets(own: str, other: str) -> bool:
        Path(own).touch()
        return bool(functions.wait_until_there(other))

    names = [str(tmp_path / name) for name in ("one", "two")]
    assert list(pool.map(meets, names, reversed(names), timeout=60)) == [True, True]
    assert ": 2 workers" in repr(pool)
    monkeypatch.setattr(pool, "_idle_seconds", 0.2)
    wait_until(lambda: ": 1 workers" in repr(pool), 30)
    assert list(pool.map(functions.square, range(3))) == [0, 1, 4]


def test_what_is_not_running_can_be_cancelled(pool, tmp_path):
    future = pool.submit(functions.wait_until_there, str(tmp_path / "never"))
    assert future.cancel()
    (tmp_path / "never").touch()


def test_files_of_a_pool_are_its_owners_alone(pool):
    root = Path(pool.config.remote_work_dir) / ".clustrix" / "pools"
    modes = {path.name: path.stat().st_mode & 0o77 for path in [root, *root.rglob("*")]}
    assert any(name.endswith(".key_secret") for name in modes)
    assert not any(modes.values())


@pytest.mark.parametrize("words", [{"workers": 0}, {"workers": 2, "min_workers": 3}, {"workers": 1, "coers": 2}])
def test_a_senseless_pool_is_refused(words: dict[str, Any]):
    with pytest.raises(ConfigError):
        clustrix.pool(**words)
