import os

if os.environ.get("ON_CLUSTER"):
    raise ImportError("no screen")

TABLE = {"a": 1}


class Plot:
    def __init__(self, x):
        self.x = x


def paint(x):
    return x
