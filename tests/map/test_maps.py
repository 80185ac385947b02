"""Maps through to processes of this machine: values, order, failures, chunks."""

from __future__ import annotations

import importlib
import itertools
import json
import operator
import sys
from concurrent.futures import Future, as_completed, wait
from pathlib import Path

import pytest

from clustrix import ClusterExecutor, cluster
from clustrix.array_plan import SiteLimits
from clustrix.config import using
from clustrix.connection.link import Link
from clustrix.errors import CaptureError, ConfigError, ConnectError, JobFailedError
from tests.map import functions
from tests.map.functions import Point
from tests.waiting import wait_until

square = cluster(functions.square)
every_chunk = pytest.mark.parametrize("chunksize", [1, 3])


@every_chunk
def test_values_come_in_order_from_one_job(here, chunksize):
    with_folder = square.options(cleanup_on_success=False)

    assert list(with_folder.map(range(7), chunksize=chunksize)) == [x * x for x in range(7)]
    assert len(list(here.iterdir())) == 1


@every_chunk
def test_it_takes_several_iterables_the_shortest_of_which_ends_it(here, chunksize):
    add = cluster(functions.add)

    assert list(add.map([1, 2, 3, 4], itertools.count(10), chunksize=chunksize)) == [11, 13, 15, 17]
    assert list(add.starmap(((x, x) for x in range(3)), chunksize=chunksize)) == [0, 2, 4]


def test_an_executor_maps_as_executors_do(here):
    with ClusterExecutor() as executor:
        values = executor.map(operator.sub, [3, 2, 1], [1, 1, 1], timeout=30, chunksize=2)
        assert next(values) == 2
        assert list(values) == [1, 0]
        assert list(executor.map(operator.neg, [])) == []


def test_a_map_without_end_is_refused(here, monkeypatch):
    monkeypatch.setattr("clustrix.map_options.MAX_CALLS", 100)

    with pytest.raises(ConfigError, match="more than 100 calls"):
        square.map(itertools.count())


def test_an_unknown_word_and_a_senseless_chunk_are_refused(here):
    with pytest.raises(TypeError, match="chunksize"):
        square.map([1], chunk=3)  # type: ignore[call-overload]
    with pytest.raises(ConfigError, match="chunksize=0"):
        square.map([1], chunksize=0)


@every_chunk
def test_the_first_exception_is_raised_at_its_place_and_the_others_are_kept(here, chunksize):
    results = cluster(functions.odd_ones_fail).map(range(5), chunksize=chunksize)

    assert next(results) == 0
    with pytest.raises(ValueError, match="1 is odd") as raised:
        next(results)
    assert "in call 1 of 5: odd_ones_fail(1)" in raised.value.__notes__[0]
    assert next(results) == 2
    wait(results.futures, 30)
    assert [(failure.number, failure.args) for failure in results.failures] == [(1, (1,)), (3, (3,))]


def test_exceptions_can_be_asked_for_like_values(here):
    values = list(cluster(functions.odd_ones_fail).map(range(3), return_exceptions=True))

    assert values[::2] == [0, 2]
    assert isinstance(values[1], ValueError)


def test_the_standard_library_waits_for_its_futures(here):
    results = square.map(range(4), chunksize=2)

    assert sorted(future.result() for future in as_completed(results.futures, timeout=30)) == [0, 1, 4, 9]
    assert [future.number for future in results.futures] == [0, 1, 2, 3]
    assert len({future.job_id for future in results.futures}) == 2


def test_a_time_out_leaves_the_place_as_it_is(here, tmp_path):
    results = cluster(functions.wait_for).map([str(tmp_path / "go")] * 2, [0, 1], timeout=2)

    assert next(results) == 0
    with pytest.raises(TimeoutError):
        next(results)
    (tmp_path / "go").touch()
    assert results.futures[1].result(30) == 1


@every_chunk
def test_every_python_makes_the_calls_of_a_map(here, cluster_python, chunksize):
    moved = cluster(functions.moved, python_executable=cluster_python)

    assert list(moved.map([Point(x, 0) for x in range(4)], chunksize=chunksize)) == [Point(x + 1, 0) for x in range(4)]


@every_chunk
def test_what_arguments_share_is_sent_once(here, chunksize):
    rows = [[x] for x in range(100_000)]
    length = cluster(functions.length, cleanup_on_success=False)

    assert list(length.starmap([(rows, x) for x in range(6)], chunksize=chunksize)) == [100_000 + x for x in range(6)]
    (folder,) = here.iterdir()
    assert (folder / "calls").stat().st_size < 1_000_000


def test_arrays_within_arguments_are_sent_once(here):
    numpy = pytest.importorskip("numpy")
    data = numpy.ones(200_000)
    total = cluster(lambda given: float(given["data"].sum()) + given["x"], cleanup_on_success=False)

    assert list(total.map([{"data": data, "x": x} for x in range(4)], chunksize=2)) == [200_000.0 + x for x in range(4)]
    (folder,) = here.iterdir()
    assert (folder / "calls").stat().st_size < 2 * data.nbytes


@every_chunk
def test_functions_and_what_is_defined_here_can_be_arguments(here, chunksize):
    rate = 3

    def scaled(x):
        return rate * x

    class Local:
        def __call__(self, x):
            return -x

    calls = [(scaled, 1), (operator.neg, 2), (Local(), 3), (functions.square, 4), (square, 5)]
    assert list(cluster(functions.call_with).starmap(calls, chunksize=chunksize)) == [3, -2, -3, 16, 25]


def test_an_argument_that_cannot_travel_is_told_with_its_call(here):
    with pytest.raises(CaptureError) as raised:
        square.map([1, 2, sys._getframe()])

    assert "in call 2 of 3" in raised.value.__notes__[0]


@every_chunk
def test_an_argument_whose_class_is_not_there_fails_alone(here, tmp_path, monkeypatch, chunksize):
    (tmp_path / "lacking.py").write_text("class Thing:\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    things = [1, importlib.import_module("lacking").Thing(), "two"]
    with using(exclude=["lacking"]):
        results = cluster(functions.kind_of).map(things, chunksize=chunksize, return_exceptions=True)
        first, lacking, last = results

    assert (first, last) == ("int", "str")
    assert isinstance(lacking, ModuleNotFoundError)
    assert lacking.name == "lacking"
    assert "in call 1 of 3: kind_of(<lacking.Thing" in "".join(lacking.__notes__)


@pytest.mark.parametrize(("chunksize", "counts"), [(1, [1, 1, 1, 1]), (3, [1, 2, 3, 1])])
def test_what_calls_leave_in_a_module_is_seen_in_their_process_alone(here, chunksize, counts):
    assert list(cluster(functions.count_calls).map(range(4), chunksize=chunksize)) == counts
    assert functions._made == 0


def test_a_value_nested_deeply_travels(here):
    nested: list[object] = []
    for _ in range(5000):
        nested = [nested]

    assert list(cluster(len).map([nested, [1, 2]])) == [1, 2]


@pytest.mark.parametrize("how", ["exit", "SIGKILL", "SIGSEGV"])
def test_a_call_that_ends_its_process_takes_no_other_along(here, how):
    results = cluster(functions.die_at).starmap([(x, 2, how) for x in range(6)], chunksize=6, return_exceptions=True)
    values = list(results)

    error = values.pop(2)
    assert isinstance(error, JobFailedError)
    assert error.signal == (None if how == "exit" else how)
    assert "in call 2 of 6: die_at(2, 2, " in error.__notes__[0]
    assert [x for x, _ in values] == [0, 1, 3, 4, 5]
    assert len({pid for _, pid in values[:2]}) == len({pid for _, pid in values[2:]}) == 1


def test_a_chunk_that_cannot_be_loaded_fails_call_by_call(here):
    results = cluster(functions.square, pre_execution_commands=["false"]).map(range(4), chunksize=2)

    assert all("this failed before Python" in str(future.exception(30)) for future in results.futures)


def test_outcomes_of_a_chunk_arrive_while_it_runs(here, tmp_path):
    results = cluster(functions.wait_for).map([str(tmp_path / "go")] * 3, [0, 0, 1], chunksize=3)

    assert next(results) == 0
    assert next(results) == 0
    wait_until(results.futures[2].running)
    (tmp_path / "go").touch()
    assert next(results) == 1


def test_large_values_of_a_chunk_come_home(here):
    values = list(cluster(functions.large).map(range(3), chunksize=3))

    assert [(len(value), value[-1]) for value in values] == [((3 << 20) + 1, x) for x in range(3)]


def test_automatic_chunks_put_short_calls_together(here):
    pid_of = cluster(functions.pid_of, cleanup_on_success=False, max_parallel=2)
    values = list(pid_of.map(range(40), chunksize="auto"))

    assert [x for x, _ in values] == list(range(40))
    assert len({pid for _, pid in values}) == 3
    jobs = sorted(here.iterdir(), key=lambda folder: len(folder.name))
    assert [json.loads((folder / "job.json").read_bytes())["tasks"] for folder in jobs] == [1, 2]
    assert jobs[0].joinpath("calls").stat().st_ino == jobs[1].joinpath("calls").stat().st_ino


def test_a_chunk_leaves_fewer_than_three_files_a_call(here):
    assert len(list(square.options(cleanup_on_success=False).map(range(20), chunksize=10))) == 20

    def files():
        return [path for path in here.parent.rglob("*") if {"jobs", "spool"} & set(path.parts)]

    assert len(files()) < 3 * 20


def test_the_folder_of_a_map_goes_with_its_last_value_and_what_was_printed_is_kept(here):
    results = cluster(functions.talk).map(range(4), chunksize=2)

    assert list(results) == [0, 1, 2, 3]
    wait_until(lambda: not list(here.iterdir()))
    assert results.futures[3].logs().split("\n")[:2] == ["this is call 2", "this is call 3"]


def test_the_folder_of_a_map_that_failed_stays(here):
    list(cluster(functions.odd_ones_fail).map(range(2), return_exceptions=True))

    assert len(list(here.iterdir())) == 1


def test_calls_can_be_cancelled(here, tmp_path):
    results = cluster(functions.wait_for, max_parallel=1).map([str(tmp_path / "go")] * 3, [0, 1, 1])
    assert next(results) == 0
    results.cancel()

    assert [future.cancelled() for future in results.futures] == [False, True, True]
    (job,) = here.iterdir()
    pid = int(Path(job, "claimed").read_text())
    wait_until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text())


def calls_of(folder, count):
    return [len((folder / str(x)).read_text().splitlines()) if (folder / str(x)).exists() else 0 for x in range(count)]


@every_chunk
def test_a_map_with_a_key_calls_only_what_has_no_outcome(here, tmp_path, chunksize):
    note = cluster(functions.note)
    seen = tmp_path / "seen"
    seen.mkdir()
    assert list(note.map([str(seen)] * 4, range(4), key="run1", chunksize=chunksize)) == [0, 1, 2, 3]
    again = note.map([str(seen)] * 7, [6, 5, 4, 3, 2, 1, 0], key="run1", chunksize=chunksize)

    assert list(again) == [6, 5, 4, 3, 2, 1, 0]
    assert calls_of(seen, 7) == [1] * 7
    assert list(note.map([str(seen)] * 7, range(7), key="run1")) == list(range(7))
    assert calls_of(seen, 7) == [1] * 7


def test_an_end_that_is_told_to_who_watched_before_is_none_for_who_goes_on(here, tmp_path, monkeypatch):
    note = cluster(functions.note)
    first = note.map([str(tmp_path)] * 3, range(3), key="run1", chunksize=3)
    assert list(first) == [0, 1, 2]
    watch = Link.watch

    def watch_late(link, key):
        late = {"event": "exit", "key": key, "task": 0, "outcome": False, "status": 0, "details": {}, "recorded": 3}
        link._deliver(late, b"")
        watch(link, key)

    monkeypatch.setattr(Link, "watch", watch_late)

    assert list(note.map([str(tmp_path)] * 3, range(3), key="run1", chunksize=3)) == [0, 1, 2]
    assert calls_of(tmp_path, 3) == [1] * 3


def test_a_map_with_a_key_waits_for_what_an_earlier_run_is_still_doing(here, tmp_path):
    wait_for, go = cluster(functions.wait_for), str(tmp_path / "go")
    first = wait_for.map([go] * 2, [0, 1], key="run2")
    assert next(first) == 0
    again = wait_for.map([go] * 2, [0, 1], key="run2")

    assert next(again) == 0
    (tmp_path / "go").touch()
    assert next(again) == next(first) == 1
    assert len(list(here.iterdir())) == 1


def test_a_map_with_a_key_calls_again_what_died(here, tmp_path):
    die_at = cluster(functions.die_at)
    died = list(die_at.starmap([(x, 1, "SIGKILL") for x in range(3)], key="run3", return_exceptions=True))
    assert isinstance(died[1], JobFailedError)
    again = die_at.starmap([(x, 1, "SIGKILL") for x in range(3)], key="run3", return_exceptions=True)

    assert list(again)[::2] == died[::2]
    assert again.futures[1].key == "run3-2"


def test_a_key_is_that_of_one_function(here):
    list(square.map([1], key="run4"))

    with pytest.raises(ConfigError, match=r"a map of square\(\), not of talk"):
        cluster(functions.talk).map([1], key="run4")


def test_a_key_that_cannot_name_a_folder_is_refused(here):
    with pytest.raises(ConfigError, match="key="):
        square.map([1], key="../elsewhere")


def test_calls_that_are_cancelled_before_their_job_is_submitted_are_not_made(here, tmp_path, monkeypatch):
    monkeypatch.setattr("clustrix.map_starting.learn_limits", lambda *_: SiteLimits(submitted=1))
    results = cluster(functions.wait_for).map([str(tmp_path / "go")] * 3, [1, 1, 0])
    assert results.futures[1].cancel()
    (tmp_path / "go").touch()

    assert results.futures[2].result(30) == 0
    assert results.futures[0].result(30) == 1
    assert len(list(here.iterdir())) == 2


def test_where_the_first_job_cannot_be_submitted_every_call_says_why(here, monkeypatch):
    def fail(link, submission):
        answer: Future[object] = Future()
        answer.set_exception(ConnectError("the laptop is asleep"))
        return answer

    monkeypatch.setattr("clustrix.map_starting.learn_limits", lambda *_: SiteLimits(array_size=2))
    monkeypatch.setattr("clustrix.mapping.submit", fail)
    for chunksize in (1, "auto"):
        results = square.map(range(20), chunksize=chunksize)
        assert {str(future.exception(30)) for future in results.futures} == {"the laptop is asleep"}
