from .core import CONST
from . import core
def back(x): return [core.CONST, CONST, x]
