from compat import flags
from compat.flags import PY39


def shown(text):
    if PY39:
        text = text.removeprefix("run_")
    return [text[-1], (5).bit_count() if flags.PY310 else 2]
