"""Where modules may be that are imported by names which are made up when the program runs."""

from __future__ import annotations

import itertools
import os
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator

from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.modules.ownership import Owner, is_extension, owner_of_file
from clustrix.dependency_analysis import FILLED_IN, packages_filled_in
from clustrix.errors import ClustrixError
from clustrix.references import References

#: A package of more modules than this is no folder of plugins.
_MOST_DISCOVERED = 400
#: ``kind + "_model"``, ``f"{kind}_model"``
_ENDS_NAME = re.compile(rf"{FILLED_IN}?(_[^\W_]\w+)")


def places_of_modules(read: References, own: str, imported: Iterable[str]) -> dict[str, bool]:
    """The packages and modules that such names may lead to, and whether to those further inside of them too.

    ``read`` is what does so, in package ``own``; ``imported`` are the modules that it imports.
    """
    texts = [text for text, _ in read.texts]
    # A table's ``".impl.fast"``, or ``"impl.fast"`` behind the name of the package.
    texts += [f".{text}" for text in texts if "." in text.strip(".")]
    named = dict.fromkeys([*([own] if own else []), *imported], read.walks)
    for name, is_deep in packages_filled_in(texts, own):
        named[name] = named.get(name, read.walks) or is_deep
    found = dict(named)
    for name, is_deep in named.items():
        for other in _beginning_with(name):
            found[other] = found.get(other, False) or is_deep
    endings = filter(None, map(_ENDS_NAME.fullmatch, texts))
    return {**found, **{name: False for one in endings for name in _modules_beside(ending=one.group(1))}}


def modules_in(package: FoundModule, is_deep: bool) -> Iterator[str]:
    """The modules in a package that can be shipped, packages before what is in them."""
    yield from itertools.islice(_modules_in(package, is_deep), _MOST_DISCOVERED)


def _modules_in(package: FoundModule, is_deep: bool) -> Iterator[str]:
    for info in pkgutil.iter_modules(list(package.locations), f"{package.name}."):
        found = find_module(info.name)
        if found is not None and _can_be_shipped(found):
            yield info.name
            if is_deep and found.is_package:
                yield from _modules_in(found, is_deep)


def star_names(package: FoundModule) -> Iterable[str]:
    """What ``from package import *`` takes from it, where it says so: by its ``__all__``, or that of its source if nobody has imported it."""
    living = sys.modules.get(package.name)
    if living is not None or package.path is None:
        names = getattr(living, "__all__", ())
        return [name for name in names if isinstance(name, str)] if isinstance(names, (list, tuple)) else []
    texts = {text for text, _ in module_source(package).references.texts}
    is_made = "__all__" in module_source(package).references.bare
    modules = (name.rpartition(".")[2] for name in modules_in(package, False))
    return [name for name in modules if is_made or name in texts]


def _can_be_shipped(found: FoundModule) -> bool:
    """Not so what is no Python or compiled: it may be that nobody imports it."""
    if found.owner is not Owner.LOCAL or found.path is None:
        return found.owner is Owner.LOCAL
    try:
        return not is_extension(found.path) and module_source(found) is not None
    except ClustrixError:
        return False


def _beginning_with(name: str) -> Iterator[str]:
    """Where modules may be whose names begin so: ``"plugins.read_" + kind`` names the package, ``"model_" + kind`` modules beside the script."""
    above, _, beginning = name.rpartition(".")
    if not beginning or find_module(name) is not None:
        return
    if above:
        yield above
    elif len(beginning.strip("_")) > 1:
        yield from _modules_beside(beginning)


def _modules_beside(beginning: str = "", ending: str = "") -> Iterator[str]:
    """Modules in the folders of the path; of ``step1`` and ``steps`` only the first begins with ``step``."""
    folders = [one for one in sys.path if owner_of_file(os.path.join(one or os.getcwd(), "x")) is Owner.LOCAL]
    for info in pkgutil.iter_modules(folders):
        middle = info.name[len(beginning) :]
        if not info.name.startswith(beginning) or not info.name.endswith(ending):
            continue
        if ending or beginning.endswith("_") or middle.isdecimal():
            yield info.name
