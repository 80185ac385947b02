import sys
from . import constants as _loaded

constants = sys.modules["physics.constants"]
