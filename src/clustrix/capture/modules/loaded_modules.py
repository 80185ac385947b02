"""The user's own among the loaded modules. There may be hundreds, and each call looks at each: so it is kept what was found."""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from clustrix.capture.modules.found_modules import bytes_of
from clustrix.capture.modules.ownership import Owner, is_pytests, owner_of_module
from clustrix.capture.modules.zipped import zipped_file
from clustrix.capture.once_a_call import once_a_call


@dataclass(frozen=True, eq=False)
class LoadedModule:
    """What was found in a loaded module, until it is imported again, or gets or loses a name."""

    name: str
    file: str
    owner: Owner
    #: Where it is one of the user's: the other modules that the values of its globals come from, each with the globals' names.
    homes: Mapping[str, Sequence[str]]
    _spec: Any
    _count: int

    @functools.cached_property
    def source(self) -> bytes:
        """What its file says, for a look before it is parsed; nothing where it cannot be read."""
        return bytes_of(self.file) or zipped_file(self.file) or b""

    def is_of(self, module: ModuleType) -> bool:
        """Whether the module is still what it was then."""
        return self._spec is getattr(module, "__spec__", None) and self._count == len(vars(module))


_SEEN: weakref.WeakKeyDictionary[ModuleType, LoadedModule] = weakref.WeakKeyDictionary()
#: Other people's modules, by the names under which they were seen: most of what is loaded, and passed over at each call.
_OTHERS: dict[str, ModuleType] = {}


@once_a_call
def users_modules() -> tuple[tuple[ModuleType, LoadedModule], ...]:
    """The user's own among the loaded modules."""
    return tuple(_users_modules())


@once_a_call
def tests_modules() -> tuple[tuple[ModuleType, LoadedModule], ...]:
    """Those that pytest has imported: test modules, ``conftest.py``."""
    loaded = list(sys.modules.values()) if "_pytest.assertion.rewrite" in sys.modules else []
    found = (one for one in loaded if type(one) is ModuleType and is_pytests(getattr(one, "__loader__", None)))
    return tuple((one, look_at(one)) for one in found)


def _users_modules() -> Iterator[tuple[ModuleType, LoadedModule]]:
    for name, module in list(sys.modules.items()):
        if _OTHERS.get(name) is not module and type(module) is ModuleType and name == module.__name__:
            seen = look_at(module)
            if seen.owner is Owner.LOCAL:
                yield module, seen
            elif seen.owner is not Owner.INTERACTIVE:
                _OTHERS[name] = module


def look_at(module: ModuleType) -> LoadedModule:
    """What is to be known of a loaded module, whosever it is."""
    seen = _SEEN.get(module)
    if seen is None or not seen.is_of(module):
        seen = _SEEN[module] = _looked_at(module)
    return seen


def _looked_at(module: ModuleType) -> LoadedModule:
    file = getattr(module, "__file__", None)
    owner = owner_of_module(module)
    homes: dict[str, list[str]] = {}
    for name, value in list(vars(module).items()) if owner is Owner.LOCAL else ():
        if not name.startswith("__"):
            homes.setdefault(home_of(value), []).append(name)
    homes.pop(module.__name__, None)
    return LoadedModule(
        module.__name__,
        file if isinstance(file, str) else "",
        owner,
        homes,
        getattr(module, "__spec__", None),
        len(vars(module)),
    )


def home_of(value: Any) -> str:
    """The module that a value is or comes from."""
    if isinstance(value, ModuleType):
        return value.__name__
    return str((value if isinstance(value, (type, FunctionType)) else type(value)).__module__)
