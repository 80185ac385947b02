"""How people write memory, time and GPUs, and what they are told when it cannot be meant."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustrix.config import current_config, using
from clustrix.errors import ConfigError
from clustrix.resources import Resources, format_memory, format_time, parse_count, parse_gpus, parse_memory, parse_time


@pytest.mark.parametrize(
    ("written", "size_bytes"),
    [
        ("16GB", 16 * 2**30),
        ("16G", 16 * 2**30),
        ("16GiB", 16 * 2**30),
        (" 16 gb ", 16 * 2**30),
        ("512MB", 512 * 2**20),
        ("1.5 TB", 3 * 2**39),
        ("1k", 1024),
    ],
)
def test_memory_units_are_powers_of_1024_as_schedulers_read_them(written, size_bytes):
    assert parse_memory(written) == size_bytes


@pytest.mark.parametrize("value", [16, 16.0, "16", " 16 "])
def test_memory_without_a_unit_is_refused_and_the_right_way_is_shown(value):
    with pytest.raises(ConfigError, match="needs a unit") as told:
        parse_memory(value)
    assert told.value.hint == 'memory="16GB"'


def test_memory_that_is_meant_as_bytes_is_shown_with_its_unit():
    with pytest.raises(ConfigError) as told:
        parse_memory(16 * 2**30)
    assert told.value.hint == 'memory="16GB"'


@pytest.mark.parametrize(
    "value", [0, -1, "0GB", "-1GB", True, None, "", "lots", "16XB", "GB", "1e3GB", b"16GB", "16GB16GB", float("nan")]
)
def test_memory_that_makes_no_sense_is_named(value):
    with pytest.raises(ConfigError) as told:
        parse_memory(value)
    assert repr(value) in told.value.what
    assert 'memory="' in told.value.hint


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("02:00:00", 7200),
        ("1-12:00:00", 129600),
        ("1-12", 129600),
        ("1-12:30", 131400),
        ("30m", 1800),
        ("2h", 7200),
        ("90min", 5400),
        ("2 hours", 7200),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("1 day", 86400),
        (timedelta(hours=2), 7200),
        (timedelta(milliseconds=1500), 2),
    ],
)
def test_time_is_read_as_schedulers_and_people_write_it(written, seconds):
    assert parse_time(written) == seconds


@pytest.mark.parametrize("value", [30, "30", 30.0])
def test_time_without_a_unit_is_refused_as_tools_disagree(value):
    with pytest.raises(ConfigError, match="needs a unit") as told:
        parse_time(value)
    assert told.value.hint == 'time="30min" or time="30s"'


def test_two_numbers_with_a_colon_may_be_hours_or_minutes():
    with pytest.raises(ConfigError, match="2 hours or 2 minutes") as told:
        parse_time("2:00")
    assert 'time="2:00:00"' in told.value.hint


@pytest.mark.parametrize(
    "value", [0, -5, "0s", "00:00:00", True, None, "", "soon", "2x", "1h 2", timedelta(0), timedelta(-1)]
)
def test_time_that_makes_no_sense_is_named(value):
    with pytest.raises(ConfigError) as told:
        parse_time(value)
    assert repr(value) in told.value.what
    assert 'time="' in told.value.hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (2, (2, None)),
        ("2", (2, None)),
        ("a100:2", (2, "a100")),
        ("a100", (1, "a100")),
        (0, (0, None)),
        ("0", (0, None)),
    ],
)
def test_gpus_are_a_number_or_a_kind_and_a_number(written, meant):
    assert parse_gpus(written) == meant


@pytest.mark.parametrize("none", [0, "0"])
def test_no_gpus_are_none_whatever_was_said_before(none):
    assert Resources.from_words(gpus=none) == Resources.from_words()
    with using(gpus=2):
        assert current_config().gpus == 2
        with using(gpus=none):
            assert current_config().resources == Resources.from_words()


@pytest.mark.parametrize("value", [-1, True, "", "a100:0", "a100:x", ":2", "a b:1", 1.0])
def test_gpus_that_make_no_sense_are_named(value):
    with pytest.raises(ConfigError) as told:
        parse_gpus(value)
    assert repr(value) in told.value.what


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "4", None])
def test_a_count_is_a_whole_number_of_at_least_one(value):
    with pytest.raises(ConfigError, match="cores=") as told:
        parse_count("cores", value)
    assert told.value.hint == "cores=1"


@given(st.integers(min_value=1, max_value=2**50))
def test_a_size_written_for_people_is_within_five_percent_of_itself(size_bytes):
    written = format_memory(size_bytes)
    if not written.endswith(" B"):
        assert abs(parse_memory(written) - size_bytes) <= size_bytes * 0.05


@given(st.integers(min_value=1, max_value=10**8))
def test_a_time_written_for_people_reads_as_itself(seconds):
    assert parse_time(format_time(seconds)) == seconds


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_by_name(text):
    for parse in (parse_memory, parse_time, parse_gpus):
        try:
            parse(text)
        except ConfigError as error:
            assert repr(text) in error.what  # noqa: PT017  # what is raised, if anything is


def test_resources_are_values():
    asked = Resources.from_words(cores=4, memory="16GB", time="2h", gpus="a100:2", partition="gpu")
    assert asked == Resources(4, 16 * 2**30, 7200, "gpu", gpus=2, gpu_type="a100")
    assert hash(asked) == hash(
        Resources.from_words(cores=4, memory="16G", time="02:00:00", gpus="a100:2", partition="gpu")
    )
