"""Texts that tracebacks and ``inspect`` find under a file name, though no such file is here.

They are for ``linecache``, which imports ``tokenize`` and ``re``: a fifth of a job's start on older Pythons, and most calls
never ask for a line. So it is not imported for their sake, but given them when somebody else imports it.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_texts: "dict" = {}


def tell(filename: str, text: str) -> None:
    """Have ``text`` found under ``filename`` from now on."""
    linecache = sys.modules.get("linecache")
    if linecache is not None:
        _enter(linecache, filename, text)
        return
    if not _texts:
        sys.meta_path.insert(0, _WhenImported())
    _texts[filename] = text


def _enter(linecache: "Any", filename: str, text: str) -> None:
    # Without a time of change the entry stays, whatever file of that name may be here.
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)


class _WhenImported(object):
    """A finder that finds ``linecache`` where the others do, and has it filled."""

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        if name != "linecache":
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                spec.loader = _Filling(self, spec.loader)  # type: ignore[assignment]
                return spec
        return None


class _Filling(object):
    """Loads ``linecache`` as its own loader does, and then fills it."""

    def __init__(self, finder: "Any", loader: "Any") -> None:
        self._finder = finder
        self._loader = loader

    def create_module(self, spec: "Any") -> "Any":
        return self._loader.create_module(spec)

    def exec_module(self, module: "Any") -> None:
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        for filename, text in _texts.items():
            _enter(module, filename, text)
