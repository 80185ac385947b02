"""Functions under decorators of ``wrapt`` and ``numba``, made again (``clustrix.capture.reductions.wrappers`` takes them apart)."""

from clustrix_remote import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def function_wrapper(function: "Any", wrapper: "Any", enabled: "Any") -> "Any":
    """A function with a wrapper around it."""
    return _wrapt().FunctionWrapper(function, wrapper, enabled)


def decorator(wrapper: "Any", enabled: "Any", adapter: "Any") -> "Any":
    """What ``wrapt.decorator`` makes of a wrapper."""
    return _wrapt().decorator(wrapper, enabled=enabled, adapter=adapter)


def adapted(function: "Any", wrapper: "Any", enabled: "Any", adapter: "Any") -> "Any":
    """A wrapped function that shows the signature of another."""
    return decorator(wrapper, enabled, adapter)(function)


def bound(parent: "Any", instance: "Any", owner: "Any") -> "Any":
    """A wrapped method of an instance or a class."""
    return parent.__get__(instance, owner)


def jitted(function: "Any", options: "Any", local_types: "Any", compiled_for: "Any") -> "Any":
    """A function that ``numba`` compiles: at once for these types, or for each that it is called with."""
    signatures = [returned(*taken) for returned, taken in compiled_for] or None
    return rebuild.imported("numba").jit(signatures, locals=local_types, **options)(function)


def vectorized(function: "Any", options: "Any", compiled_for: "Any") -> "Any":
    """A function for single numbers that ``numba`` makes one for arrays of."""
    signatures = [returned(*taken) for returned, taken in compiled_for]
    return rebuild.imported("numba").vectorize(signatures, **options)(function)


def _wrapt() -> "Any":
    return rebuild.imported("wrapt")
