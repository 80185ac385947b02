import __main__ as main
from __main__ import Base


class Child(Base):
    pass


def compute(x):
    return main.RATE + x
