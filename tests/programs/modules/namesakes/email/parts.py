from . import SEPARATOR


def join(*parts):
    return SEPARATOR.join(parts)
