"""Values that a newer laptop sends to older workers, 39 of them; run as a program in the laptop's Python.

Prints a line of JSON for each worker: which values did not arrive, and which of the others did not come back the same.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, OrderedDict, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from clustrix import ClusterFunction, cluster

TIMES = pd.date_range("2024-01-01", periods=3, freq="D")
FRAME = pd.DataFrame({"n": [1, 2, 3], "x": [0.5, 1.5, 2.5], "s": ["a", "b", "c"]})

VALUES = {
    "path": Path("data/in.csv"),
    "pure path": PurePosixPath("/data/in.csv"),
    "decimal": Decimal("1.50"),
    "fraction": Fraction(1, 3),
    "date": date(2024, 2, 29),
    "time in utc": datetime(2024, 2, 29, 12, tzinfo=UTC),
    "span": timedelta(days=1, seconds=2),
    "zone": ZoneInfo("Europe/Berlin"),
    "uuid": UUID(int=7),
    "counter": Counter("abca"),
    "ordered": OrderedDict(b=1, a=2),
    "default": defaultdict(list, a=[1]),
    "float scalar": np.float64(1.5),
    "bool scalar": np.bool_(True),
    "time scalar": np.datetime64("2024-01-01"),
    "integers": np.arange(12).reshape(3, 4),
    "column order": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    "texts": np.array(["ab", "c"]),
    "objects": np.array(["ab", None, 3], dtype=object),
    "records": np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
    "masked": np.ma.array([1, 2, 3], mask=[False, True, False]),
    "dtype": np.dtype("float32"),
    "ufunc": np.sin,
    "generator": np.random.default_rng(1),
    "random state": np.random.RandomState(1),
    "series": FRAME["x"],
    "text series": FRAME["s"],
    "frame": FRAME,
    "frame by time": FRAME.set_index(TIMES),
    "frame of groups": FRAME.set_index(["s", "n"]),
    "categories": pd.Series(["a", "b", "a"], dtype="category"),
    "nullable": pd.Series([1, None, 3], dtype="Int64"),
    "times": pd.Series(TIMES),
    "times, one missing": pd.Series([*TIMES[:2], None]),
    "times of a zone": pd.Series(TIMES.tz_localize("UTC")),
    "timestamp": pd.Timestamp("2024-01-01 12:00"),
    "timedelta": pd.Timedelta(hours=5),
    "period": pd.Period("2024-01", freq="M"),
    "range index": pd.RangeIndex(5),
    "no time": pd.NaT,
    "sparse series": pd.Series(pd.arrays.SparseArray([0, 0, 1])),
    "missing": pd.NA,
}


@cluster
def echo(value):
    """Say what arrived, and give it back."""
    return type(value).__name__, value


def same(here: Any, there: Any) -> bool:
    """Whether a value came home as it went."""
    if isinstance(here, (pd.DataFrame, pd.Series)):
        kind = pd.testing.assert_frame_equal if isinstance(here, pd.DataFrame) else pd.testing.assert_series_equal
        kind(here, there, check_freq=False)
        return True
    if isinstance(here, pd.Index):
        return bool(here.equals(there))
    if isinstance(here, np.ma.MaskedArray):
        return bool((here.mask == there.mask).all() and (here.filled(0) == there.filled(0)).all())
    if isinstance(here, np.ndarray):
        return here.dtype == there.dtype and np.array_equal(here, there)
    if isinstance(here, np.random.Generator):
        return bool(here.integers(1000) == there.integers(1000))
    if isinstance(here, np.random.RandomState):
        return bool(here.randint(1000) == there.randint(1000))
    return type(here) is type(there) and (here is there or here == there)


def send(calls: ClusterFunction[..., Any], names: list[str]) -> dict[str, Any]:
    """What comes back for each; what hinders all of them is looked for in halves, as one class that is not there does."""
    values = [VALUES[name] for name in names]
    came = list(calls.map(values, chunksize=len(values), return_exceptions=True))
    if len(names) > 1 and all(isinstance(one, Exception) for one in came):
        half = len(names) // 2
        return {**send(calls, names[:half]), **send(calls, names[half:])}
    return dict(zip(names, came, strict=True))


def main(folder: str, workers: list[str]) -> None:
    for python in workers:
        calls = echo.options(
            cluster_type="local", python_executable=python, remote_work_dir=folder, packages=["numpy", "pandas"]
        )
        refused, changed = {}, {}
        for name, came in send(calls, list(VALUES)).items():
            value = VALUES[name]
            if isinstance(came, Exception):
                refused[name] = f"{type(came).__name__}: {came}"[:300]
                continue
            try:
                if not same(value, came[1]):
                    changed[name] = repr(came[1])[:200]
            except Exception as error:  # of a comparison
                changed[name] = f"{type(error).__name__}: {error}"[:300]
        print(json.dumps({"python": python, "refused": refused, "changed": changed}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
