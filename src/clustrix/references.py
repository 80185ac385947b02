"""What one piece of source refers to, as :mod:`clustrix.dependency_analysis` has read it."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

#: By these a module finds the files beside it.
OWN_PLACE = frozenset({
    "__file__", "__path__", "__spec__", "__loader__", "resources", "get_data", "pkg_resources", "getfile", "getsourcefile", "co_filename",
})  # fmt: skip
#: By these a program runs code that it finds as files, not as modules.
_RUN_FILES = frozenset({"spec_from_file_location", "SourceFileLoader", "load_source", "run_path", "exec"})
_METADATA = frozenset({"importlib.metadata", "importlib_metadata", "pkg_resources"})
RUN_MODULE = re.compile(r"(?:^|\s)-m(?:\s+([A-Za-z_][\w.]*)|$)")


@dataclass(frozen=True)
class Import:
    """One imported module: ``from ..shapes import area`` has level 2, module ``shapes`` and names ``("area",)``."""

    module: str
    names: tuple[str, ...]
    level: int
    line: int
    #: Whether something else takes its place where it is not there: ``try: import ujson as json``, ``except ImportError: import json``.
    is_spare: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class References:
    """What one definition refers to.

    ``early`` are free names used while the definition itself is executed (decorators, bases, defaults, a class's body), ``late`` those used when
    what it defines is called; ``lines`` says where each is used first. ``attributes`` maps a free name to the dotted paths
    read from it. ``texts`` are string constants with their lines; ``unseeable`` the calls, with lines, behind which no analysis can look.
    """

    early: frozenset[str]
    late: frozenset[str]
    lines: dict[str, int]
    attributes: dict[str, frozenset[tuple[str, ...]]]
    imports: tuple[Import, ...]
    texts: tuple[tuple[str, int], ...]
    unseeable: tuple[tuple[str, int], ...]
    #: Whether modules are looked for or imported by names that are made up when it runs.
    discovers: bool = False
    #: Whether modules are looked for inside of packages, and of those in them: ``pkgutil.walk_packages``.
    walks: bool = False
    #: Free names that are used as they are, not only to read attributes from them.
    bare: frozenset[str] = frozenset()
    #: By how many folders it may climb from the one that its file lies in: ``Path(__file__).parent.parent / "data"``.
    climbs: int = 0
    #: Names in texts that libraries evaluate where they are called.
    evaluated: frozenset[str] = frozenset()
    #: Whether ``__file__`` and the like are read from what has no name: ``sys.modules[package].__file__``.
    asks_another: bool = False
    #: Names that are read only where it goes on without them: ``try: get_ipython()``, ``except NameError:``.
    spare: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """All free names."""
        return self.early | self.late

    @functools.cached_property
    def runs_files(self) -> bool:
        """Whether it runs code that lies in files: plugins that are loaded by their paths."""
        read = {path[-1] for paths in self.attributes.values() for path in paths}
        read.update(*(one.names for one in self.imports), (name for name, _ in self.unseeable))
        return not _RUN_FILES.isdisjoint(read)

    @functools.cached_property
    def starts_python(self) -> bool:
        """Whether it may start another Python: ``[sys.executable, "-m", "tools.report"]``, ``"python -m tools.report"``."""
        return ("executable",) in self.attributes.get("sys", ()) or any(
            RUN_MODULE.search(text) for text, _ in self.texts
        )

    @functools.cached_property
    def asks_for_metadata(self) -> bool:
        """Whether it asks what is installed."""
        names = {one.module for one in self.imports}
        names.update(f"{one.module}.{name}" for one in self.imports for name in one.names)
        return not _METADATA.isdisjoint(names)

    @property
    def asks_for_its_place(self) -> bool:
        """Whether it looks for files beside its code: ``__file__``, ``importlib.resources``, ``pkgutil.get_data``."""
        if self.asks_another or not OWN_PLACE.isdisjoint(self.names):
            return True
        for one in self.imports:
            parts = one.module.replace("importlib_resources", "resources").split(".")
            if not OWN_PLACE.isdisjoint((*parts, *one.names)):
                return True
        return any(not OWN_PLACE.isdisjoint(path) for paths in self.attributes.values() for path in paths)
