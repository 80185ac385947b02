import tools
from tools import NAMES, OPS


def install():
    OPS["len"] = len
    NAMES.append("new")
    tools.MORE["k"] = min
