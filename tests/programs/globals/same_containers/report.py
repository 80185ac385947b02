from settings import LEVELS, OPTIONS


def told():
    return LEVELS, OPTIONS
