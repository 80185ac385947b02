"""What a capture is asked for, and what it gives: for which Python, with which wishes, and the program that it found."""

from __future__ import annotations

import ast
import pickle
import sys
from dataclasses import dataclass, field
from typing import Any

from clustrix.capture.data.data_files import DataFile
from clustrix.capture.definitions.sources import Source
from clustrix.capture.home import Home
from clustrix.capture.module_state.own_containers import Owned
from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.modules.local_modules import ReadFromMain
from clustrix.capture.reached import UsedSource


@dataclass(frozen=True)
class Target:
    """The Python that will run the call: its version, such as ``(3, 6, 15)``.

    ``same_libraries`` says whether what is loaded here of numpy and pandas is there in the same versions.
    """

    version: tuple[int, int, int]
    same_libraries: bool = True

    @property
    def same_minor(self) -> bool:
        """Whether it is the client's own minor version, which reads the same bytecode and the same pickles."""
        return self.version[:2] == sys.version_info[:2]

    @property
    def same_values(self) -> bool:
        """Whether it reads plain pickles of whatever is here."""
        return self.same_minor and self.same_libraries

    @property
    def pickle_protocol(self) -> int:
        """Protocol 5 came with Python 3.8."""
        return 5 if self.version >= (3, 8) else 4

    def __str__(self) -> str:
        return "Python {}.{}.{}".format(*self.version)


@dataclass(frozen=True)
class CaptureOptions:
    """What no analysis can see: modules to ship (``include``) or not to (``exclude``), files and patterns to bring (``data``)."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    #: What the program reads of itself (see :mod:`clustrix.capture.unseen`): found by ``capture``.
    looks_at: frozenset[str] = frozenset()
    #: What shipped modules import from ``__main__``: found by ``capture``.
    from_main: ReadFromMain | None = None
    #: Whether there are texts in it that may be paths of this machine: found by ``capture``.
    moves: bool = False
    #: Whether what cannot travel stays at home where only methods use it that nothing names: found by ``capture``.
    keeps: bool = False
    #: The containers in it that are modules' own: found by ``capture``.
    owned: Owned = field(default_factory=dict)
    #: The arrays in it that share memory: found by ``capture``.
    views: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ShippedGlobal:
    """A value that travels because a definition uses it."""

    kind: str
    name: str
    type: str
    used_by: str
    value: Any = field(repr=False)


@dataclass(frozen=True)
class Program:
    """One captured call. ``home`` holds the client's own objects by the numbers under which they may come back."""

    name: str
    defined_at: str
    target: Target
    pickled: bytes
    buffers: tuple[pickle.PickleBuffer, ...]
    sources: tuple[UsedSource, ...]
    modules: tuple[FoundModule, ...]
    reached_by: dict[str, str]
    spaces: tuple[dict[str, Any], ...]
    data_files: tuple[DataFile, ...]
    globals: tuple[ShippedGlobal, ...]
    foreign: dict[str, str]
    #: Those of ``foreign`` that it can do without: where they are not there, other imports take their place.
    spare: frozenset[str]
    first_in_cycle: dict[str, str]
    for_effect: tuple[str, ...]
    postponed: frozenset[str]
    adapted_files: dict[str, bytes]
    #: By their sources, the methods that this Python cannot have and nothing names, with what is said in their place.
    blanked_methods: dict[Source, dict[ast.stmt, str]]
    undecided: tuple[str, ...]
    #: The states of the shared random numbers that the call may draw from, if the program seeds them (see ``random_use``).
    random_states: dict[str, list[Any]]
    home: Home = field(repr=False)
