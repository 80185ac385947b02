"""Values of numpy, pandas and scipy taken apart into what every version of them reads.

Used where the versions of both sides differ; ``docs/values.md`` has the table of what would break.
"""

import functools
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict  # noqa: F401  # in a comment only


def reducer(kind: "Any") -> "Any":
    """A reducer for the objects of a class of one of these libraries, or None."""
    family = _REDUCERS.get(kind.__module__.partition(".")[0])
    return family(kind) if family is not None else None


def library_versions() -> "Any":
    """The versions of the libraries that have reducers, as they are loaded or else installed here.

    >>> set(library_versions()) <= {"numpy", "pandas", "scipy"}
    True
    """
    found = {}
    for name in _REDUCERS:
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            found[name] = version
    return dict(_installed(tuple(set(_REDUCERS) - set(found)), tuple(sys.path)), **found)


@functools.lru_cache(maxsize=8)
def _installed(names: "Any", path: "Any") -> "Any":
    """By the names of folders: importlib.metadata takes longer to be imported than the answer is worth."""
    found = {}  # type: Dict[str, str]
    for folder in path:
        try:
            there = os.listdir(folder or ".")
        except OSError:
            continue
        for entry in there:
            name, _, version = entry[: -len(".dist-info")].partition("-")
            if entry.endswith(".dist-info") and name in names:
                found.setdefault(name, version)
    return found


def _pandas_reducer(kind: "Any") -> "Any":
    from clustrix_remote import frames

    return frames.reducer(kind)


def _scipy_reducer(kind: "Any") -> "Any":
    """Sparse matrices by coordinates keep these under other names in older versions; the other forms are read by all."""
    if kind.__name__ in ("coo_matrix", "coo_array"):
        return _reduce_coordinates
    if kind.__module__.startswith("scipy.stats._") and (kind.__name__.endswith("_gen") or "frozen" in kind.__name__):
        return _reduce_distribution
    return None


def _reduce_distribution(value: "Any") -> "Any":
    """A distribution by its name, and what it was frozen with: what it keeps of itself is each version's own."""
    stats, known = sys.modules["scipy.stats"], getattr(value, "dist", value)
    name = getattr(known, "name", None) or next((name for name, one in vars(stats).items() if one is value), "")
    if type(getattr(stats, name, None)) is not type(known):
        return value.__reduce_ex__(4)
    return distribution, (name,) + ((value.args, value.kwds) if known is not value else ())


def distribution(name: "Any", args: "Any" = None, named: "Any" = None) -> "Any":
    """One of ``scipy.stats``, frozen if there are arguments."""
    import importlib

    found = getattr(importlib.import_module("scipy.stats"), name)
    return found if args is None else found(*args, **named)


def _reduce_coordinates(matrix: "Any") -> "Any":
    if len(matrix.shape) != 2:
        return matrix.__reduce_ex__(4)
    return coordinates, (type(matrix).__name__, matrix.data, matrix.row, matrix.col, matrix.shape)


def coordinates(name: "Any", data: "Any", row: "Any", column: "Any", shape: "Any") -> "Any":
    """A sparse matrix or array by coordinates."""
    import importlib

    return getattr(importlib.import_module("scipy.sparse"), name)((data, (row, column)), shape=shape)


def _numpy_reducer(kind: "Any") -> "Any":
    numpy = sys.modules.get("numpy")
    if kind.__module__.startswith("numpy.random."):
        if kind.__name__ == "SeedSequence":
            return reduce_seeds
        if kind.__name__ in ("Generator", "RandomState") or hasattr(kind, "random_raw"):
            return reduce_random
    if numpy is not None and kind is numpy.ndarray:
        return reduce_array
    if numpy is not None and issubclass(kind, numpy.generic) and not issubclass(kind, (numpy.object_, numpy.void)):
        return reduce_scalar
    return None


def reduce_array(values: "Any") -> "Any":
    """An array as its type, shape and bytes: numpy's own pickles name modules that moved (``numpy._core``)."""
    is_writable = values.flags.writeable
    if values.dtype.hasobject or values.dtype.names or not is_plain_type(values.dtype):
        return values.__reduce__() if is_writable or values.dtype.hasobject else (read_only, (values.copy("K"),))
    order = "F" if values.flags.f_contiguous and not values.flags.c_contiguous else "C"
    return array, (values.dtype.str, values.shape, order, values.tobytes(order), is_writable)


def array(dtype: "Any", shape: "Any", order: "Any", data: "Any", is_writable: "Any") -> "Any":
    """The array that :func:`reduce_array` took apart."""
    import numpy

    made = numpy.frombuffer(bytearray(data), dtype=dtype).reshape(shape, order=order)
    return made if is_writable else read_only(made)


def read_only(values: "Any") -> "Any":
    """An array that cannot be written into, of one that was made for it."""
    values.flags.writeable = False
    return values


def writable(value: "Any") -> "Any":
    """A part of what another pandas held: since pandas 3 its arrays are read-only, which older ones cannot work with."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(value) is numpy.ndarray and not value.flags.writeable:
        value.flags.writeable = True
    return value


def view(memory: "Any", offset: "Any", dtype: "Any", shape: "Any", strides: "Any", is_writable: "Any") -> "Any":
    """An array in memory that others are in, too."""
    import numpy

    made = numpy.ndarray(shape, dtype, memory, offset, strides)
    made.flags.writeable = is_writable
    return made


def reduce_scalar(value: "Any") -> "Any":
    """A numpy scalar by its type's name and bytes."""
    if not is_plain_type(value.dtype):
        return value.__reduce__()
    return scalar, (value.dtype.str, value.tobytes())


def scalar(dtype: "Any", data: "Any") -> "Any":
    """The scalar that :func:`reduce_scalar` took apart."""
    import numpy

    return numpy.frombuffer(data, dtype=dtype)[0]


def reduce_random(value: "Any") -> "Any":
    """A generator of random numbers by what it is and its state: numpy 2 pickles classes, numpy 1 their names."""
    name = type(value).__name__
    if name == "RandomState":
        return random, (name, value.get_state(legacy=False))
    bits = value.bit_generator if name == "Generator" else value
    # What its children are made of: public since numpy 1.25.
    seeds = getattr(bits, "seed_seq", getattr(bits, "_seed_seq", None))
    return random, (name, bits.state, seeds if type(seeds).__name__ == "SeedSequence" else None)


def random(name: "Any", state: "Any", seeds: "Any" = None) -> "Any":
    """The generator that :func:`reduce_random` took apart."""
    import numpy

    if name == "RandomState":
        made = numpy.random.RandomState()
        made.set_state(state)
        return made
    bits = getattr(numpy.random, state["bit_generator"])(seeds)
    bits.state = state
    return numpy.random.Generator(bits) if name == "Generator" else bits


def reduce_seeds(value: "Any") -> "Any":
    """A SeedSequence: its own pickles are read by few versions."""
    return seed_sequence, (value.entropy, value.spawn_key, value.pool_size, value.n_children_spawned)


def seed_sequence(entropy: "Any", spawn_key: "Any", pool_size: "Any", children: "Any") -> "Any":
    """The SeedSequence that :func:`reduce_seeds` took apart."""
    import numpy

    return numpy.random.SeedSequence(entropy, spawn_key=spawn_key, pool_size=pool_size, n_children_spawned=children)


def is_plain_type(dtype: "Any") -> "Any":
    """Whether its name and an array's bytes say everything."""
    return dtype.kind in "biufcSUmM"


def attrs_reducer(kind: "Any") -> "Any":
    """For classes with slots of attrs, or None: what their ``__getstate__`` gives is a tuple or a dict, by the version of attrs."""
    state = getattr(kind, "__getstate__", None) if "__attrs_attrs__" in kind.__dict__ else None
    return _reduce_attrs if getattr(state, "__module__", "") == "attr._make" else None


def _reduce_attrs(value: "Any") -> "Any":
    """An instance by its class and the attributes that it has."""
    state = {name: getattr(value, name) for name in _attrs_names(type(value)) if hasattr(value, name)}
    return object.__new__, (type(value),), state, None, None, fill_attrs


def _attrs_names(kind: "Any") -> "Any":
    return [name for one in kind.__mro__ for name in one.__dict__.get("__slots__", ()) if name != "__weakref__"]


def fill_attrs(made: "Any", state: "Any") -> None:
    """Its attributes, also where it is frozen."""
    for name, value in state.items():
        object.__setattr__(made, name, value)


#: By top-level modules: each takes a class, and gives a reducer or None.
_REDUCERS = {"numpy": _numpy_reducer, "pandas": _pandas_reducer, "scipy": _scipy_reducer}
