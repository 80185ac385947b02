"""A shop."""
from .model import Order
from . import prices

__all__ = ["exported", "Order"]


def exported():
    return "exported " + prices.CURRENCY


def __getattr__(name):
    if name == "lazy_value":
        import importlib
        return importlib.import_module("shop.lazy").VALUE
    raise AttributeError(name)
