"""Whose is a module? Decided by its file: the standard library's, an installed distribution's, or the user's own."""

from __future__ import annotations

import enum
import functools
import importlib.machinery
import os
import sys
import sysconfig
from types import ModuleType
from typing import Any


class Owner(enum.Enum):
    """Whose a module is."""

    STDLIB = "standard library"
    INSTALLED = "installed distribution"
    LOCAL = "the user's own"
    #: No file and no import brings it back: ``__main__``, a notebook, the REPL, ``exec``.
    INTERACTIVE = "interactive"


def owner_of_module(module: ModuleType) -> Owner:
    """Whose a living module is."""
    name = module.__name__
    if getattr(getattr(module, "__spec__", None), "origin", None) == "built-in":
        return Owner.STDLIB  # first of all: `_io` calls itself `io`
    if name == "__main__" or sys.modules.get(name) is not module:
        return Owner.INTERACTIVE
    if name.partition(".")[0] in ("clustrix", "clustrix_remote"):
        return Owner.INSTALLED
    file = getattr(module, "__file__", None)
    if file:
        owner = owner_of_file(file)
        comes_back = owner is not Owner.LOCAL or (_is_imported(module) and _can_be_imported(module))
        return owner if comes_back else Owner.INTERACTIVE
    if name in sys.builtin_module_names or name == "builtins":
        return Owner.STDLIB
    return _owner_without_file(module)


def _is_imported(module: ModuleType) -> bool:
    """Whether an import made it: ``runpy`` runs a file under a name by which nobody finds it."""
    spec = getattr(module, "__spec__", None)
    return spec is not None and spec.name == module.__name__


def _can_be_imported(module: ModuleType) -> bool:
    """Whether importing it needs no pytest there, and not all that the other tests of a test module need."""
    return (
        not is_pytests(getattr(module, "__loader__", None)) or os.path.basename(module.__file__ or "") == "__init__.py"
    )


def is_pytests(loader: object) -> bool:
    """Whether a module's loader is pytest's, which compiles it in another way than Python does: test modules, ``conftest.py``."""
    return type(loader).__name__ == "AssertionRewritingHook"


def _owner_without_file(module: ModuleType) -> Owner:
    """A frozen or namespace module has no file, but a spec; what has neither was made by hand."""
    spec = getattr(module, "__spec__", None)
    if spec is None:
        return Owner.INTERACTIVE
    if spec.origin in ("frozen", "built-in"):
        return Owner.STDLIB
    places = list(spec.submodule_search_locations or ())
    return owner_of_file(os.path.join(places[0], "x")) if places else Owner.INTERACTIVE


@functools.cache
def owner_of_file(file: str) -> Owner:
    """Whose a file is: below ``site-packages`` some distribution's, below the standard library's folder that one's."""
    return _owner_of_folder(os.path.dirname(os.path.realpath(file) if os.path.islink(file) else file))


@functools.cache
def _owner_of_folder(folder: str) -> Owner:
    """Of hundreds of modules many lie in one folder, and the disk is asked for each part of its path."""
    path = os.path.join(os.path.realpath(folder), "")
    if path.startswith(_site_folders()):
        return Owner.INSTALLED
    return Owner.STDLIB if path.startswith(_stdlib_folders()) else Owner.LOCAL


@functools.cache
def _stdlib_folders() -> tuple[str, ...]:
    paths = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    return tuple(os.path.realpath(path) + os.sep for path in paths)


@functools.cache
def _site_folders() -> tuple[str, ...]:
    # By name as well as by configuration: `pip install --target`, user sites, Debian's dist-packages, several prefixes.
    named = {entry for entry in sys.path if os.path.basename(entry.rstrip("/\\")) in ("site-packages", "dist-packages")}
    named.update((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    return tuple(os.path.realpath(path) + os.sep for path in named)


def is_extension(path: str) -> bool:
    """Whether a file is a compiled module, which another machine may not be able to load."""
    return path.endswith((*importlib.machinery.EXTENSION_SUFFIXES, ".so", ".pyd"))


def owner_of_class(kind: type) -> Owner:
    """Whose the module of a class is."""
    module: Any = sys.modules.get(kind.__module__)
    if module is not None and not isinstance(module, ModuleType):
        return Owner.LOCAL  # a module that put an object in its own place
    return owner_of_module(module) if module is not None else Owner.INTERACTIVE


def mark(value: Any, name: str) -> Any:
    """What a function or class says of itself, ``__qualname__``; None where there is none, whatever a value's ``__getattr__`` does."""
    try:
        return getattr(value, name, None)
    except Exception:  # dict.__getitem__ as __getattr__ raises KeyError, others raise others
        return None


def is_mock(value: Any) -> bool:
    """Whether a value is one of ``unittest.mock``'s."""
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


def module_objects() -> dict[int, str]:
    """Objects that stand for modules, ``sys.modules[__name__] = Settings()``: the names by which an import gives them, by their ids."""
    loaded = list(sys.modules.items())
    return {id(one): name for name, one in loaded if one is not None and not isinstance(one, ModuleType)}
