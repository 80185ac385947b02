from later import *


def names():
    return [first.NAME, second.NAME]
