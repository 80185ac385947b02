"""What pandas holds, taken apart and made again: by the same pandas, so that nothing may differ."""

from __future__ import annotations

import io
import pickle
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clustrix.capture import Target, capture
from clustrix.map_packaging import package_map
from clustrix.requirements import needed_distributions
from clustrix_remote import libraries

DAYS = pd.date_range("2024-01-31", periods=3, freq="D")
FRAME = pd.DataFrame({"n": [1, 2, 3], "x": [0.5, np.nan, 2.5], "s": ["a", None, "c"], "t": DAYS})

VALUES = {
    "frame": FRAME,
    "no rows": FRAME.iloc[:0],
    "no columns": FRAME[[]],
    "one type": FRAME[["x", "x"]],
    "many types": FRAME.astype({"n": "int8", "x": "float32"}),
    "truth": FRAME.notna(),
    "objects in a frame": pd.DataFrame(
        {"a": pd.Series(["x"], dtype=object), "b": [1]}, columns=pd.Index(["a", "b"], dtype=object)
    ),
    "columns of levels": pd.concat({"a": FRAME, "b": FRAME}, axis=1),
    "by month": FRAME.set_index(pd.date_range("2024-01-31", periods=3, freq="ME")),
    "by hour": FRAME.set_index(pd.date_range("2024-01-31", periods=3, freq="2h", tz="Europe/Berlin", name="when")),
    "by week": FRAME.set_index(pd.date_range("2024-01-31", periods=3, freq="W-TUE")),
    "by period": FRAME.set_index(pd.period_range("2024-01", periods=3, freq="M")),
    "by quarter": FRAME.set_index(pd.period_range("2024-01", periods=3, freq="Q-NOV")),
    "by span": FRAME.set_index(pd.timedelta_range("1h", periods=3)),
    "by interval": FRAME.set_index(pd.interval_range(0, 3)),
    "by category": FRAME.set_index(pd.CategoricalIndex(["x", "y", "x"], ordered=True, name="c")),
    "missing level": FRAME.set_index(["s", "t"]),
    "name": FRAME["x"].rename(("a", 1)),
    "objects": pd.Series(["a", 1, None], dtype=object),
    "texts as objects": pd.Series(["a", "b"], dtype=object),
    "string": pd.Series(["a", None], dtype="string"),
    "nullable": pd.Series([1, None], dtype="Int16"),
    "nullable truth": pd.Series([True, None], dtype="boolean"),
    "nullable float": pd.Series([1.5, None], dtype="Float32"),
    "sparse": pd.Series(pd.arrays.SparseArray([0, 0, 1])),
    "no time": pd.Series([pd.NaT, DAYS[0]]),
    "seconds": pd.Series(DAYS.as_unit("s")),
    "offset": pd.Series(DAYS.tz_localize("+02:00")),
    "numbers": pd.Index([3, 1], dtype="uint8"),
    "range": pd.RangeIndex(1, 9, 2, name="r"),
}
SINGLE = [
    pd.Timestamp("2024-03-31 03:30", tz="Europe/Berlin"),
    pd.Timestamp("2024-01-01").as_unit("s"),
    pd.Timedelta("1h 2s"),
    pd.Period("2024-03", freq="Q"),
    pd.Interval(0, 1, closed="left"),
    pd.CategoricalDtype(["a"], ordered=True),
    pd.StringDtype(),
    pd.NaT,
    pd.NA,
]


class _Table(dict[Any, Any]):
    def __missing__(self, kind: type) -> Any:
        reduce = libraries.reducer(kind)
        if reduce is None:
            raise KeyError(kind)
        return reduce


def carried(value: Any) -> Any:
    """Pickle and unpickle as between different versions."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, 4)
    pickler.dispatch_table = _Table()
    pickler.dump(value)
    assert b"pandas._libs.internals" not in stream.getvalue()
    return pickle.loads(stream.getvalue())


@pytest.mark.parametrize("name", VALUES)
def test_it_is_made_again_with_all_that_belongs_to_it(name):
    value = VALUES[name]
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(carried(value), value)
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(carried(value), value)
    else:
        pd.testing.assert_index_equal(carried(value), value, exact=True)


@pytest.mark.parametrize("value", SINGLE, ids=repr)
def test_a_single_value_is_made_again(value):
    made = carried(value)

    assert type(made) is type(value)
    assert made is value or made == value
    assert getattr(made, "unit", None) == getattr(value, "unit", None)
    assert str(getattr(made, "tz", None)) == str(getattr(value, "tz", None))


def test_what_hangs_on_a_frame_comes_along_and_it_can_be_written_to():
    frame = FRAME[["x"]].copy()
    frame.attrs["from"] = "here"

    made = carried(frame)
    made.loc[0, "x"] = 7.0

    assert made.attrs == {"from": "here"}
    assert made["x"][0] == 7.0


@pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
def test_random_numbers_go_on_where_they_stood(make):
    generator = make(7)
    generator.random()

    assert carried(generator).random() == generator.random()


@pytest.mark.parametrize("version", [(3, 9, 1), sys.version_info[:3]], ids=["another Python", "the same"])
@pytest.mark.parametrize("value", [FRAME, FRAME["x"], DAYS, DAYS[0], [FRAME["x"].to_numpy()], np.float32(1)], ids=repr)
def test_the_library_of_an_argument_is_needed_whatever_the_function_imports(value, version):
    library = type(value[0] if isinstance(value, list) else value).__module__.partition(".")[0]
    for program in (
        capture(len, (value,), {}, Target(version)),
        package_map(len, [(value,), (1,)], Target(version)).program,
    ):
        assert library in {one.name for one in needed_distributions(program.foreign)}
