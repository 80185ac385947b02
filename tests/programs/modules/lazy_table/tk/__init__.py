"""Its names are looked up in tables, in modules two steps below."""
import importlib

_lazy = {"fast": ".impl.fast"}
_plain = {"slow": "impl.slow"}


def find(name):
    if name in _lazy:
        return getattr(importlib.import_module(_lazy[name], __name__), name)
    return getattr(importlib.import_module("{}.{}".format(__name__, _plain[name])), name)
