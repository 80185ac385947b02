from .core import run
from . import registry
from . import plotting
__all__ = ["exported", "run"]
VERSION = "1.2"
def exported(x):
    return [VERSION, x]
def __getattr__(name):
    if name == "lazy":
        from . import lazy_mod
        return lazy_mod
    raise AttributeError(name)
