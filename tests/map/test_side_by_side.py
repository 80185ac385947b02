"""A task of a map that makes its calls in several processes."""

from __future__ import annotations

import pytest

import clustrix
from clustrix.config import using
from clustrix.errors import ConfigError, JobFailedError
from tests.interpreters import pythons_found
from tests.map import functions

die_at = clustrix.cluster(functions.die_at)
large = clustrix.cluster(functions.large)
meet = clustrix.cluster(functions.meet)
pid_of = clustrix.cluster(functions.pid_of)


@pytest.mark.parametrize("python", [*pythons_found().values()][:1], ids=[*pythons_found()][:1])
def test_as_many_calls_run_at_a_time_as_was_said(here, tmp_path_factory, python):
    folder = str(tmp_path_factory.mktemp("meeting"))
    with using(python_executable=python):
        results = meet.starmap([(folder, x, 3) for x in range(3)], chunksize=3, workers=3, timeout=60)
        assert list(results) == [0, 1, 2]
    assert len({future.job_id for future in results.futures}) == 1


def test_each_process_makes_several_calls(here):
    values = list(pid_of.map(range(12), chunksize=6, workers=2))
    assert [x for x, _ in values] == list(range(12))
    for task in (values[:6], values[6:]):
        assert len({pid for _, pid in task}) <= 2


@pytest.mark.parametrize("how", ["exit", "SIGSEGV"])
def test_a_call_that_ends_its_process_takes_no_other_along(here, how):
    results = list(die_at.starmap([(x, 2, how) for x in range(6)], chunksize=6, workers=2, return_exceptions=True))
    assert isinstance(results[2], JobFailedError)
    assert [value[0] for value in results if not isinstance(value, JobFailedError)] == [0, 1, 3, 4, 5]


def test_cores_are_used_if_that_is_said(here, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("meeting"))
    results = meet.options(cores=2).starmap([(folder, x, 2) for x in range(2)], chunksize=2, workers="cores")
    assert list(results) == [0, 1]


def test_a_large_value_comes_home(here):
    assert [len(value) for value in large.map(range(4), chunksize=4, workers=2)] == [(3 << 20) + 1] * 4


@pytest.mark.parametrize("workers", [0, -1, "all", 1.5])
def test_what_is_no_number_of_processes_is_refused(workers):
    with pytest.raises(ConfigError, match="number of processes"):
        pid_of.map(range(3), workers=workers)
