"""The arrays of pandas' columns and indexes, taken apart and made again; see :mod:`clustrix_remote.frames`."""

import sys

from clustrix_remote.libraries import writable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional  # noqa: F401

#: Names of frequencies that pandas 2.2 changed, new and old.
_FREQUENCIES = (
    ("YE", "A"), ("Y", "A"), ("QE", "Q"), ("ME", "M"), ("BYE", "BA"), ("BQE", "BQ"), ("BME", "BM"), ("h", "H"),
    ("min", "T"), ("s", "S"), ("ms", "L"), ("us", "U"), ("ns", "N"),
)  # fmt: skip


def major_of(pandas: "Any") -> int:
    """The first number of a pandas' version."""
    return int(pandas.__version__.partition(".")[0])


def reduce_array(value: "Any") -> "Any":
    """How one of pandas' own arrays is pickled."""
    return made_array, (parts_of(value),)


def made_array(parts: "Any") -> "Any":
    """One of pandas' own arrays."""
    return array_of(parts)


def parts_of(values: "Any") -> "Any":
    """A kind and what it consists of."""
    kind = type(values).__name__
    take_apart = TAKE_APART.get(kind)
    if take_apart is not None:
        return take_apart(values)
    if kind in ("NumpyExtensionArray", "PandasArray"):
        array = values.to_numpy()
        return ("objects", array, major_of(sys.modules["pandas"])) if array.dtype.kind == "O" else ("plain", array)
    return ("itself", values)


def array_of(parts: "Any") -> "Any":
    """What :func:`parts_of` took apart."""
    return _PUT_TOGETHER[parts[0]](*map(writable, parts[1:]))


def _itself(values: "Any") -> "Any":
    return values


def _take_times(values: "Any") -> "Any":
    zone = values.tz
    plain = values if zone is None else values.tz_convert("UTC").tz_localize(None)
    return "times", plain.to_numpy(), zone_name(zone), major_of(sys.modules["pandas"])


def zone_name(zone: "Any") -> "Any":
    """A zone by its name: its classes are others in other versions; an offset alone is itself."""
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    if name is None and zone is not None and str(zone).upper() in ("UTC", "UTC+00:00", "TZUTC()"):
        name = "UTC"
    return name or zone


def _times(values: "Any", zone: "Any", major: int) -> "Any":
    import pandas

    made = pandas.DatetimeIndex(_in_micros(values, pandas, major))
    return (made if zone is None else made.tz_localize("UTC").tz_convert(zone)).array


def _in_micros(values: "Any", pandas: "Any", major: int) -> "Any":
    """Nanoseconds of a pandas that has nothing else, as a pandas with a choice would have counted."""
    if major >= 2 or major_of(pandas) < 3:
        return values
    known = values[values == values]  # without NaT, which is a number, too
    if (known.view("i8") % 1000).any():
        return values
    return values.astype(values.dtype.str[:2] + "8[us]")


def _take_spans(values: "Any") -> "Any":
    return "spans", values.to_numpy(), major_of(sys.modules["pandas"])


def _spans(values: "Any", major: int) -> "Any":
    import pandas

    return pandas.TimedeltaIndex(_in_micros(values, pandas, major)).array


def _take_categories(values: "Any") -> "Any":
    return "categories", values.codes, values.categories, bool(values.ordered)


def _categories(codes: "Any", of: "Any", ordered: bool) -> "Any":
    import pandas

    return pandas.Categorical.from_codes(codes, categories=of, ordered=ordered)


def _take_periods(values: "Any") -> "Any":
    return "periods", values.asi8, values.freqstr


def _periods(ordinals: "Any", freq: "Any") -> "Any":
    import pandas

    return pandas.arrays.PeriodArray(ordinals, dtype=pandas.PeriodDtype(offset_of(freq, "Period") or freq))


def _take_intervals(values: "Any") -> "Any":
    return "intervals", values.left, values.right, values.closed


def _intervals(left: "Any", right: "Any", closed: str) -> "Any":
    import pandas

    return pandas.arrays.IntervalArray.from_arrays(left, right, closed=closed)


def _take_masked(values: "Any") -> "Any":
    numbers = values.to_numpy(dtype=values.dtype.numpy_dtype, na_value=values.dtype.type(0))
    return "masked", numbers, values.isna(), str(values.dtype)


def _masked(numbers: "Any", missing: "Any", name: str) -> "Any":
    import pandas

    made = pandas.array(numbers, dtype=name)
    if str(made.dtype) != name:  # before pandas 1.2 "Float64" is numpy's, which has no NA
        raise TypeError("a column of type {} needs pandas 1.2; here it is {}".format(name, pandas.__version__))
    if missing.any():
        made[missing] = pandas.NA
    return made


def _take_sparse(values: "Any") -> "Any":
    return "sparse", values.sp_values, values.sp_index.to_int_index().indices, len(values), values.fill_value


def _sparse(kept: "Any", places: "Any", length: int, fill: "Any") -> "Any":
    import pandas

    kind = pandas.arrays.SparseArray
    if hasattr(kind, "from_indices"):  # since pandas 3.1, where the other way is deprecated
        return kind.from_indices(kept, places, length, fill_value=fill)
    from pandas._libs.sparse import IntIndex

    return kind(kept, sparse_index=IntIndex(length, places), fill_value=fill)


def _take_texts(values: "Any") -> "Any":
    """``str`` is pandas 3's own type, with NaN for what is missing; ``string`` the older one, with NA."""
    return "texts", values.to_numpy(dtype=object), "str" if str(values.dtype) == "str" else "string"


def _texts(texts: "Any", name: str) -> "Any":
    import pandas

    if name == "str" and major_of(pandas) < 3:
        return texts
    return pandas.array(texts, dtype=name)


def _objects(values: "Any", major: int) -> "Any":
    import pandas

    if major_of(pandas) < 3:
        return values
    if major < 3 and pandas.api.types.infer_dtype(values, skipna=True) == "string":
        return pandas.array(values, dtype="str")
    return values


TAKE_APART = {
    "DatetimeArray": _take_times,
    "TimedeltaArray": _take_spans,
    "Categorical": _take_categories,
    "PeriodArray": _take_periods,
    "SparseArray": _take_sparse,
    "IntervalArray": _take_intervals,
    "StringArray": _take_texts,
    "ArrowStringArray": _take_texts,
    "ArrowStringArrayNumpySemantics": _take_texts,
    "StringArrayNumpySemantics": _take_texts,
    "IntegerArray": _take_masked,
    "FloatingArray": _take_masked,
    "BooleanArray": _take_masked,
}
_PUT_TOGETHER = {  # type: Dict[str, Any]
    "itself": _itself,
    "plain": _itself,
    "objects": _objects,
    "times": _times,
    "spans": _spans,
    "categories": _categories,
    "periods": _periods,
    "sparse": _sparse,
    "intervals": _intervals,
    "masked": _masked,
    "texts": _texts,
}


def offset_of(freq: str, of: str = "") -> "Optional[Any]":
    """A frequency by its name in any version; None if this one does not know it."""
    from pandas.tseries.frequencies import to_offset

    word, dash, rest = freq.lstrip("-0123456789").partition("-")
    count = freq[: len(freq) - len(freq.lstrip("-0123456789"))]
    others = [one for pair in _FREQUENCIES for one in pair if word in pair and one != word]
    for name in [word] + others:
        try:
            made = "{}{}{}{}".format(count, name, dash, rest)
            return _offset_of_period(made) if of else to_offset(made)
        except (ValueError, KeyError):
            continue
    return None


def _offset_of_period(name: str) -> "Any":
    import pandas

    return pandas.PeriodDtype(name).freq
