"""Count what the standard library of a Python is made of."""

from .counting import take_census
from .records import Census, FunctionRecord, ModuleRecord, UnknownModuleError

__all__ = ["Census", "FunctionRecord", "ModuleRecord", "UnknownModuleError", "take_census"]
