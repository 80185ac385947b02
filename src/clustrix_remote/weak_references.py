"""Weak references in a result: at home they refer to the same parts of it, for as long as something else holds these."""

import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reducer(kind: "Any") -> "Any":
    """How references of this kind are pickled; None for what is none."""
    if kind in (weakref.ref, weakref.WeakMethod):
        return _reduce_reference
    if kind in (weakref.ProxyType, weakref.CallableProxyType):
        return _reduce_proxy
    return _reduce_container if kind in _CONTAINERS else None


_CONTAINERS = (weakref.WeakSet, weakref.WeakKeyDictionary, weakref.WeakValueDictionary)


def _reduce_reference(value: "Any") -> "Any":
    target = value()
    return (dead, ()) if target is None else (reference, (type(value) is weakref.WeakMethod, target))


def _reduce_proxy(value: "Any") -> "Any":
    target = target_of_proxy(value)
    return (dead_proxy, ()) if target is None else (weakref.proxy, (target,))


def target_of_proxy(value: "Any") -> "Any":
    """What a ``weakref.proxy`` stands for; None if it is gone."""
    try:
        return value.__reduce_ex__.__self__  # a proxy hands on all that it is asked
    except ReferenceError:
        return None


def _reduce_container(value: "Any") -> "Any":
    return container, (type(value).__name__, list(value) if isinstance(value, weakref.WeakSet) else dict(value))


def reference(is_method: "Any", target: "Any") -> "Any":
    """A weak reference to an object, or to a method of one."""
    return weakref.WeakMethod(target) if is_method else weakref.ref(target)


class _Gone(object):
    """Is gone as soon as it is made."""


def dead() -> "Any":
    """A weak reference whose target is gone."""
    return weakref.ref(_Gone())


def dead_proxy() -> "Any":
    """A ``weakref.proxy`` whose target is gone."""
    return weakref.proxy(_Gone())


def container(kind: "Any", contents: "Any") -> "Any":
    """A ``WeakSet``, ``WeakKeyDictionary`` or ``WeakValueDictionary``."""
    return getattr(weakref, kind)(contents)
