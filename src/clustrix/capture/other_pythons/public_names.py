"""Where people import something of the standard library from: what it says of itself is often the file that it stands in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from clustrix_remote.portable import other_names


def public_name(value: Any, module: str, qualname: str) -> str:
    """``asyncio.run`` for what says that it is ``asyncio.runners.run``, ``random.sample`` for a method of its hidden object.

    >>> import asyncio, bisect, random
    >>> public_name(asyncio.run, "asyncio.runners", "run"), public_name(bisect.insort, "_bisect", "insort_right")
    ('asyncio.run', 'bisect.insort_right')
    >>> public_name(random.sample, "random", "Random.sample")
    'random.sample'
    """
    name = qualname.rpartition(".")[2]
    for home in _homes(module):
        if getattr(sys.modules.get(home), name, None) is value:
            return f"{home}.{name}"
    return f"{module}.{qualname}"


def _homes(module: str) -> Iterator[str]:
    """The packages around a module, and what else it is known as, those that people write before the module itself."""
    yield from other_names(module)
    yield module
