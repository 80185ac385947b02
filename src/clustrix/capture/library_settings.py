"""What a program has told modules of libraries, for all code that runs after: one table, a row for each setting.

A row reads the present state and gives what differs from the module's default; in the job the same function is told the same. Where that
function is not there, or refuses (an older library, a locale that is not installed), the job's own setting stays.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from clustrix.capture.ownership import Owner, owner_of_class, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.capture.travelling import travels
from clustrix_remote import stateful

_USERS = (Owner.INTERACTIVE, Owner.LOCAL)
#: What a function is told: its arguments, and those that go by name.
_Told = tuple[tuple[Any, ...], dict[str, Any]]


class _Row(NamedTuple):
    """A function of a module, and what reads from the module what that function was told."""

    module: str
    function: str
    read: Callable[[Any, Reached], Iterable[_Told]]
    #: The program itself has to call a function of this name: the state alone does not tell who made it.
    called: str = ""


def library_settings(reached: Reached, called: frozenset[str]) -> Iterator[tuple[Any, ...]]:
    """What sets it in the job; ``called`` are the names of the functions that the program calls."""
    for row in _TABLE:
        module = sys.modules.get(row.module)
        if module is None or (row.called and row.called not in called) or owner_of_module(module) in _USERS:
            continue
        # An installed library is not imported for its settings where the call has no need of it.
        is_imported = owner_of_module(module) is Owner.STDLIB or row.module in reached.modules.foreign
        for arguments, options in row.read(module, reached):
            yield stateful.tell, row.module, row.function, arguments, options, is_imported


def _other(value: Any, default: Any) -> list[_Told]:
    return [] if value == default else [((value,), {})]


def _digits(module: Any, reached: Reached) -> list[_Told]:
    return _other(module.get_int_max_str_digits(), module.int_info.default_max_str_digits)


def _level_names(module: Any, reached: Reached) -> list[_Told]:
    names = {0: "NOTSET", 10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}
    return [((level, name), {}) for level, name in list(module._levelToName.items()) if names.get(level) != name]


def _logger_class(module: Any, reached: Reached) -> list[_Told]:
    kind = module.getLoggerClass()
    return [((kind,), {})] if owner_of_class(kind) in _USERS else []


_OF_A_DIALECT = (
    "delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict",
)  # fmt: skip


def _dialects(module: Any, reached: Reached) -> Iterator[_Told]:
    for name in set(module.list_dialects()) - {"excel", "excel-tab", "unix"}:
        dialect = module.get_dialect(name)
        yield (name,), {one: getattr(dialect, one) for one in _OF_A_DIALECT}


def _mime_types(module: Any, reached: Reached) -> Iterator[_Told]:
    for is_strict in (True, False):
        usual = _usual_mime_types(is_strict)
        for extension, kind in (module.types_map if is_strict else module.common_types).items():
            if usual.get(extension) != kind:
                yield (kind, extension), {"strict": is_strict}


@functools.cache
def _usual_mime_types(is_strict: bool) -> dict[str, str]:
    """Those of this machine, as the module reads them."""
    import mimetypes

    usual = mimetypes.MimeTypes(tuple(file for file in mimetypes.knownfiles if os.path.isfile(file)))
    return usual.types_map[is_strict]


def _reducers(module: Any, reached: Reached) -> Iterator[_Told]:
    for kind, reduce in list(module.dispatch_table.items()):
        if is_reached(kind, reached) and travels(reduce):
            yield (kind, reduce), {}


def is_reached(kind: type, reached: Reached) -> bool:
    """Whether it is one of the user's own classes that the job has."""
    owner = owner_of_class(kind)
    if owner is Owner.LOCAL:
        return kind.__module__ in reached.modules.found
    return owner is Owner.INTERACTIVE and any(one is kind for one in reached.home)


_CATEGORIES = ("LC_CTYPE", "LC_COLLATE", "LC_TIME", "LC_MONETARY", "LC_NUMERIC", "LC_MESSAGES")


def _locales(module: Any, reached: Reached) -> Iterator[_Told]:
    # Their numbers are not the same on all systems.
    for name in _CATEGORIES:
        now = module.setlocale(getattr(module, name)) if hasattr(module, name) else "C"
        if now != "C":
            yield (stateful.Named(name), now), {}


def _numpy_errors(module: Any, reached: Reached) -> list[_Told]:
    usual = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
    changed = {name: value for name, value in module.geterr().items() if usual.get(name) != value}
    return [((), changed)] if changed else []


_USUAL_PRINTING = {
    "edgeitems": 3, "threshold": 1000, "floatmode": "maxprec", "precision": 8, "suppress": False, "linewidth": 75,
    "nanstr": "nan", "infstr": "inf", "sign": "-", "formatter": None, "legacy": False, "override_repr": None,
}  # fmt: skip


def _numpy_printing(module: Any, reached: Reached) -> Iterator[_Told]:
    for name, value in module.get_printoptions().items():
        if value != _USUAL_PRINTING.get(name, value) and travels(value):
            yield (), {name: value}


def _pandas_options(module: Any, reached: Reached) -> Iterator[_Told]:
    # Asking for each by `get_option` would warn of those that are deprecated.
    options: Any = sys.modules.get("pandas._config.config")
    for name, option in getattr(options, "_registered_options", {}).items():
        place, last = options._get_root(name)
        value = place[last]
        if value is not option.defval and value != option.defval and travels(value):
            yield (name, value), {}


_TABLE = (
    _Row("calendar", "setfirstweekday", lambda module, _: _other(int(module.firstweekday()), 0)),
    _Row("copyreg", "pickle", _reducers),
    _Row("csv", "register_dialect", _dialects, "register_dialect"),
    _Row("locale", "setlocale", _locales, "setlocale"),
    _Row("logging", "addLevelName", _level_names, "addLevelName"),
    _Row("logging", "setLoggerClass", _logger_class),
    _Row("mimetypes", "add_type", _mime_types, "add_type"),
    _Row("numpy", "seterr", _numpy_errors),
    _Row("numpy", "set_printoptions", _numpy_printing),
    _Row("pandas", "set_option", _pandas_options),
    _Row("socket", "setdefaulttimeout", lambda module, _: _other(module.getdefaulttimeout(), None)),
    _Row("sys", "set_int_max_str_digits", _digits),
)
