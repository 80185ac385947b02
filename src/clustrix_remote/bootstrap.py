"""The first module that the loader runs: it imports the others from memory.

This one is executed as text, so it can import nothing of clustrix_remote before :func:`start` has put the importer in
place.
"""

import json
import sys
import threading
import zlib
from importlib.abc import Loader
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import IO, Any, Dict, List, Optional

#: How long an import waits for a module that is on its way.
ARRIVAL_SECONDS = 20.0


class MemoryImporter(Loader):
    """A finder and loader for modules whose sources are in a dict: ``{"package.module": "source text"}``.

    ``later`` are the names of those that are still on their way: their import waits.
    """

    def __init__(self, sources: "Dict[str, str]", later: "List[str]") -> None:
        self._sources = sources
        self._later = frozenset(later)
        self._arrived = threading.Condition()

    def add(self, packed: bytes) -> None:
        """Know more modules: compressed JSON of such a dict."""
        with self._arrived:
            self._sources.update(json.loads(zlib.decompress(packed).decode("utf-8")))
            self._arrived.notify_all()

    def find_spec(self, name: str, path: object = None, target: object = None) -> "Optional[ModuleSpec]":
        """The spec of one of our modules, ``None`` for every other."""
        if name not in self._sources and name not in self._later:
            return None
        return ModuleSpec(name, self, origin=self._filename(name), is_package=self._is_package(name))

    def create_module(self, spec: "ModuleSpec") -> None:
        return None

    def exec_module(self, module: "ModuleType") -> None:
        name = module.__name__
        # Not while it is looked for: then nobody else could import anything.
        with self._arrived:
            if not self._arrived.wait_for(lambda: name in self._sources, ARRIVAL_SECONDS):
                raise ImportError("{} has not arrived".format(name), name=name)
        code = compile(self._sources[name], self._filename(name), "exec", dont_inherit=True)
        exec(code, module.__dict__)

    def get_source(self, name: str) -> str:
        """The text, for tracebacks."""
        return self._sources[name]

    def _is_package(self, name: str) -> bool:
        return any(other.startswith(name + ".") for other in list(self._sources))

    def _filename(self, name: str) -> str:
        return "<agent>/{}.py".format(name.replace(".", "/"))


def start(payload: "Dict[str, Any]", stdin: "IO[bytes]") -> None:
    """Put the importer in place and run the agent until its input ends."""
    importer = MemoryImporter(payload["modules"], payload["later"])
    sys.meta_path.insert(0, importer)
    from clustrix_remote import greeting

    greeting.main(stdin, payload["settings"], importer.add)
