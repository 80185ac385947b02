"""Calls that are made again when their job has failed; never otherwise, and never unasked."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import clustrix
from clustrix.errors import ConfigError, JobFailedError
from tests.map import functions
from tests.waiting import wait_until

die_at_first = clustrix.cluster(functions.die_at_first)
note_and_fail = clustrix.cluster(functions.note_and_fail)


def times(folder: Path, x: int) -> int:
    return len((folder / str(x)).read_text().splitlines())


def test_nothing_is_made_again_unasked(here, tmp_path):
    with pytest.raises(JobFailedError) as caught:
        die_at_first(str(tmp_path), 1)
    assert times(tmp_path, 1) == 1
    assert not any("attempt" in note for note in getattr(caught.value, "__notes__", []))


def test_a_call_whose_process_dies_is_made_again_and_that_is_told(here, tmp_path, caplog):
    with caplog.at_level(logging.WARNING, "clustrix"):
        future = die_at_first.options(retries={"crash": 1}).submit(str(tmp_path), 1)
        assert future.result(60) == 1
    assert (future.retried, times(tmp_path, 1)) == (1, 2)
    assert "die_at_first is called again: Job " in caplog.text
    wait_until(lambda: not list(here.iterdir()))


def test_what_never_succeeds_tells_how_each_attempt_ended(here, tmp_path):
    with pytest.raises(JobFailedError) as caught:
        die_at_first.options(retries=2)(str(tmp_path), 1, until=9)
    assert times(tmp_path, 1) == 3
    notes = [note for note in caught.value.__notes__ if note.startswith("attempt")]
    assert [note.partition(":")[0] for note in notes] == ["attempt 1 of 3", "attempt 2 of 3"]
    assert all("ended with exit status 3" in note for note in notes)


@pytest.mark.parametrize(("retries", "calls"), [(3, 1), ({"exception": 2}, 3), ({"crash": 2}, 1)])
def test_a_functions_own_exception_is_made_again_only_if_that_is_asked_for(here, tmp_path, retries, calls):
    with pytest.raises(ValueError, match="never"):
        note_and_fail.options(retries=retries)(str(tmp_path), 1)
    assert times(tmp_path, 1) == calls


@pytest.mark.parametrize("chunksize", [1, 3])
def test_only_those_calls_of_a_map_are_made_again_that_failed(here, tmp_path, chunksize):
    results = die_at_first.options(retries=2).starmap(
        [(str(tmp_path), x, 2 if x in (1, 4) else 1) for x in range(6)], chunksize=chunksize
    )
    assert list(results) == list(range(6))
    assert [future.retried for future in results.futures] == [int(x in (1, 4)) for x in range(6)]
    assert [times(tmp_path, x) for x in range(6)] == [2 if x in (1, 4) else 1 for x in range(6)]
    wait_until(lambda: not list(here.iterdir()))


def test_a_call_of_a_map_that_keeps_failing_is_listed_with_its_arguments(here, tmp_path):
    results = die_at_first.options(retries={"crash": 1}).starmap(
        [(str(tmp_path), x, 9 if x == 1 else 1) for x in (0, 1)]
    )
    with pytest.raises(JobFailedError) as caught:
        list(results)
    assert any(note.startswith("attempt 1 of 2: ") for note in caught.value.__notes__)
    assert [(failure.number, failure.args[1]) for failure in results.failures] == [(1, 1)]


@pytest.mark.parametrize(
    "words",
    [{"retries": -1}, {"retries": True}, {"retries": {"nodes": 1}}, {"retries": "two"}, {"memory": "64GB..8GB"}],
)
def test_what_makes_no_sense_is_refused(words: dict[str, Any]):
    with pytest.raises(ConfigError):
        clustrix.ClusterConfig(**words)


def test_an_environment_variable_says_it_too(monkeypatch):
    monkeypatch.setenv("CLUSTRIX_RETRIES", "{node = 3, memory = 2}")
    assert clustrix.current_config().retries == {"node": 3, "memory": 2}
    monkeypatch.setenv("CLUSTRIX_RETRIES", "2")
    assert clustrix.current_config().retries == 2
