"""``math.nan`` and ``numpy.nan``, which programs ask for by ``is``, and find as keys: a pickle would make others of them."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def known() -> "Any":
    """``(module, name)`` of each, by its id; of the modules that are loaded."""
    loaded = [(name, sys.modules.get(name)) for name in ("math", "numpy")]
    return {
        id(vars(module)["nan"]): (name, "nan") for name, module in loaded if "nan" in getattr(module, "__dict__", ())
    }


def nan(module: "Any") -> "Any":
    """The one of a module; where that is not there, another one."""
    try:
        return vars(__import__(module))["nan"]
    except (ImportError, KeyError):
        return float("nan")
