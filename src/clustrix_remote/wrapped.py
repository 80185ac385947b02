"""Functions under decorators of ``wrapt``, made again (``clustrix.capture.reductions.wrappers`` takes them apart)."""

from clustrix_remote import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def at(module_name: "Any", qualname: "Any") -> "Any":
    """A wrapped function that is imported by name."""
    return rebuild.attribute(module_name, qualname)


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


def _wrapt() -> "Any":
    return rebuild.imported("wrapt")
