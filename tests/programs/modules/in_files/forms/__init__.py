import glob
import os

_FILES = glob.glob(os.path.join(os.path.dirname(__file__), "*.py"))
__all__ = sorted(os.path.basename(one)[:-3] for one in _FILES if not os.path.basename(one).startswith("_"))
from . import *


def sides():
    return {name: globals()[name].SIDES for name in __all__}
