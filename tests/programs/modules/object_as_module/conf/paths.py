import sys
from .base import Paths
sys.modules[__name__] = Paths()
