"""The random numbers that a whole process shares: those of ``random``, of numpy and of torch. Their states, as JSON can hold them.

A program that seeds them at home has its function draw from there on here, and goes on at home where the function ended.
"""

import base64
import hashlib
import importlib
import json
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The generators by the modules that own them.
PYTHON, NUMPY, TORCH = "random", "numpy", "torch"


def state(name: "Any") -> "Any":
    """The state of a generator: a list for JSON."""
    return _READ[name]()


def begin(states: "Any") -> None:
    """Let the generators go on from ``states``, by their names; one whose module is not here stays out."""
    for name, value in states.items():
        try:
            _WRITE[name](value)
        except ImportError:
            continue


def after(states: "Any") -> "Any":
    """For each generator that began in ``states`` its beginning's :func:`mark`, and how it stands now; None if it has not moved."""
    told = {}
    for name, value in states.items():
        try:
            now = state(name)
        except ImportError:
            continue
        told[name] = [mark(value), None if now == value else now]
    return told


def mark(value: "Any") -> "Any":
    """A short name for a state."""
    return hashlib.sha256(json.dumps(value).encode("ascii")).hexdigest()


def _python_state() -> "Any":
    import random

    return packed_python(random.getstate())


def _set_python_state(value: "Any") -> None:
    import random

    random.setstate((3, _unpacked(value[0]), value[1]))


def _numpy_state() -> "Any":
    return packed_numpy(importlib.import_module("numpy.random").get_state())


def _set_numpy_state(value: "Any") -> None:
    kind, words = value[0], _unpacked(value[1])
    importlib.import_module("numpy.random").set_state((kind, words) + tuple(value[2:]))


def _torch_state() -> "Any":
    return packed_torch(importlib.import_module("torch").get_rng_state())


def _set_torch_state(value: "Any") -> None:
    torch = importlib.import_module("torch")
    torch.set_rng_state(torch.tensor(list(base64.b64decode(value[0])), dtype=torch.uint8))


def packed_python(value: "Any") -> "Any":
    """A state as ``random.Random.getstate()`` gives it."""
    _, words, gauss = value
    return [_packed(words), gauss]


def packed_numpy(value: "Any") -> "Any":
    """A state as ``numpy.random.RandomState.get_state()`` gives it."""
    kind, words, position, has_gauss, gauss = value
    return [kind, _packed(words.tolist()), int(position), int(has_gauss), float(gauss)]


def packed_torch(tensor: "Any") -> "Any":
    """The state of torch from the tensor that holds it."""
    return [base64.b64encode(bytes(tensor.tolist())).decode("ascii")]


_READ = {PYTHON: _python_state, NUMPY: _numpy_state, TORCH: _torch_state}
_WRITE = {PYTHON: _set_python_state, NUMPY: _set_numpy_state, TORCH: _set_torch_state}


def _packed(words: "Any") -> "Any":
    return base64.b64encode(struct.pack("<{}I".format(len(words)), *words)).decode("ascii")


def _unpacked(text: "Any") -> "Any":
    data = base64.b64decode(text)
    return struct.unpack("<{}I".format(len(data) // 4), data)
