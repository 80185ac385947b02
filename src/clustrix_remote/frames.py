"""What pandas holds, taken apart into names and arrays of numpy, and made again by another pandas (1.1 to 3).

pandas' own pickles name its insides, and those move. Two things cannot be the same everywhere:

- Texts are a type of their own since pandas 3, objects before. Objects that an older pandas sends are texts again
  where pandas 3 would have made them so.
- Times are counted in nanoseconds only before pandas 2, in microseconds by default since 3. What an older one sends is
  in microseconds again where nothing is lost by it.
"""

from clustrix_remote.frame_arrays import TAKE_APART, array_of, major_of, offset_of, parts_of, reduce_array, zone_name
from clustrix_remote.libraries import writable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List


def reducer(kind: "Any") -> "Any":
    """How this class of pandas is pickled for another version; None for those that every version reads."""
    return _REDUCERS.get(kind.__name__)


def _reduce_frame(value: "Any") -> "Any":
    kinds = set(value.dtypes)
    if len(kinds) == 1 and next(iter(kinds)).kind in "biufc" and _is_of_numpy(next(iter(kinds))):
        return block, (value.to_numpy(), value.index, value.columns, dict(value.attrs))
    columns = [parts_of(value.iloc[:, number].array) for number in range(value.shape[1])]
    return frame, (columns, value.index, value.columns, dict(value.attrs))


def _is_of_numpy(dtype: "Any") -> bool:
    return type(dtype).__module__.partition(".")[0] == "numpy"


def block(values: "Any", index: "Any", columns: "Any", attrs: "Any") -> "Any":
    """A frame of one type."""
    import pandas

    made = pandas.DataFrame(writable(values), index=index, columns=columns)
    made.attrs.update(attrs)
    return made


def frame(parts: "List[Any]", index: "Any", columns: "Any", attrs: "Any") -> "Any":
    """A frame of columns."""
    import pandas

    made = pandas.DataFrame({number: _named(part, index, None) for number, part in enumerate(parts)}, index=index)
    made.columns = columns
    made.attrs.update(attrs)
    return made


def _reduce_series(value: "Any") -> "Any":
    return series, (parts_of(value.array), value.index, value.name, dict(value.attrs))


def series(parts: "Any", index: "Any", name: "Any", attrs: "Any") -> "Any":
    """A series."""
    made = _named(parts, index, name)
    made.attrs.update(attrs)
    return made


def _named(parts: "Any", index: "Any", name: "Any") -> "Any":
    import pandas

    values = array_of(parts)
    # Unless told, pandas 3 looks at objects for texts.
    return pandas.Series(values, index=index, name=name, dtype=object if str(values.dtype) == "object" else None)


def _reduce_index(value: "Any") -> "Any":
    freq = getattr(value, "freqstr", None) if type(value).__name__ != "PeriodIndex" else None
    return index, (parts_of(value.array), value.name, freq)


def index(parts: "Any", name: "Any", freq: "Any") -> "Any":
    """An index of any class: which it is, its array tells."""
    import pandas

    values = array_of(parts)
    if str(values.dtype) == "object":
        return pandas.Index(values, name=name, dtype=object)
    made = pandas.Index(values, name=name)
    if freq:
        known = offset_of(freq)
        if known is not None:
            made.freq = known
    return made


def _reduce_range(value: "Any") -> "Any":
    return range_index, (value.start, value.stop, value.step, value.name)


def range_index(start: "Any", stop: "Any", step: "Any", name: "Any") -> "Any":
    """An index of whole numbers in steps."""
    import pandas

    return pandas.RangeIndex(start, stop, step, name=name)


def _reduce_levels(value: "Any") -> "Any":
    return levels, (list(value.levels), list(value.codes), list(value.names))


def levels(of: "Any", codes: "Any", names: "Any") -> "Any":
    """An index of several levels."""
    import pandas

    return pandas.MultiIndex(levels=of, codes=list(map(writable, codes)), names=names, verify_integrity=False)


def _reduce_timestamp(value: "Any") -> "Any":
    plain = value if value.tz is None else value.tz_convert("UTC").tz_localize(None)
    return timestamp, (plain.to_datetime64(), zone_name(value.tz))


def timestamp(value: "Any", zone: "Any") -> "Any":
    """A point in time."""
    import pandas

    made = pandas.Timestamp(value)
    return made if zone is None else made.tz_localize("UTC").tz_convert(zone)


def _reduce_timedelta(value: "Any") -> "Any":
    return timedelta, (value.to_timedelta64(),)


def timedelta(value: "Any") -> "Any":
    """A span of time."""
    import pandas

    return pandas.Timedelta(value)


def _reduce_period(value: "Any") -> "Any":
    return period, (value.ordinal, value.freqstr)


def period(ordinal: int, freq: str) -> "Any":
    """A period."""
    import pandas

    return pandas.Period(ordinal=ordinal, freq=offset_of(freq, "Period") or freq)


def _reduce_no_time(value: "Any") -> "Any":
    return no_time, ()


def no_time() -> "Any":
    """``pandas.NaT``: its own pickle names a function that pandas 3 has renamed."""
    import pandas

    return pandas.NaT


def _reduce_text_type(value: "Any") -> "Any":
    return text_type, (str(value),)


def text_type(name: str) -> "Any":
    """The type of texts; that of objects where pandas has none like it."""
    import pandas

    return pandas.api.types.pandas_dtype("object" if name == "str" and major_of(pandas) < 3 else name)


_REDUCERS = {
    "DataFrame": _reduce_frame,
    "Series": _reduce_series,
    "RangeIndex": _reduce_range,
    "MultiIndex": _reduce_levels,
    "Timestamp": _reduce_timestamp,
    "Timedelta": _reduce_timedelta,
    "Period": _reduce_period,
    "NaTType": _reduce_no_time,
    "StringDtype": _reduce_text_type,
}
_REDUCERS.update(
    dict.fromkeys(("Index", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex", "IntervalIndex"), _reduce_index)
)
_REDUCERS.update(dict.fromkeys(("CategoricalIndex", "Int64Index", "UInt64Index", "Float64Index"), _reduce_index))
_REDUCERS.update(dict.fromkeys(TAKE_APART, reduce_array))
