"""What a program has told modules of libraries, for all code that runs after: one table, a row for each setting.

A row reads the present state and gives what differs from the module's default; in the job the same function is told the same. Where that
function is not there, or refuses (an older library, a locale that is not installed), the job's own setting stays.
"""

from __future__ import annotations

import functools
import os
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from clustrix.capture.modules.found_modules import module_source
from clustrix.capture.modules.ownership import Owner, owner_of_class, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.capture.reductions.travelling import travels
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


def _error_handlers(module: Any, reached: Reached) -> Iterator[_Told]:
    """What encoding and decoding do with errors, under names that the code of the call has: ``text.encode("ascii", "stars")``."""
    shipped = [module_source(one).references for one in reached.modules.found.values() if one.path is not None]
    for name in sorted({text for read in (*reached.read, *shipped) for text, _ in read.texts}):
        try:
            handler = module.lookup_error(name)
        except (LookupError, ValueError):
            continue
        if type(handler) is not types.BuiltinFunctionType and travels(handler):
            yield (name, handler), {}


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


def _adapters(module: Any, reached: Reached) -> Iterator[_Told]:
    for (kind, _), adapt in list(module.adapters.items()):
        if not _is_its_own(adapt) and _has(kind, reached) and travels(adapt):
            yield (kind, adapt), {}


def _converters(module: Any, reached: Reached) -> Iterator[_Told]:
    for name, convert in list(module.converters.items()):
        if not _is_its_own(convert) and travels(convert):
            yield (name, convert), {}


def _is_its_own(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).startswith("sqlite3")


def _has(kind: type, reached: Reached) -> bool:
    """Whether the job has a class anyway."""
    owner = owner_of_class(kind)
    is_installed_there = owner is Owner.INSTALLED and kind.__module__.partition(".")[0] in reached.modules.foreign
    return owner is Owner.STDLIB or is_installed_there or is_reached(kind, reached)


_USUAL_NAMESPACES = frozenset({"xml", "html", "rdf", "wsdl", "xs", "xsi", "dc"})


def _namespaces(module: Any, reached: Reached) -> Iterator[_Told]:
    for uri, prefix in list(module._namespace_map.items()):
        if prefix not in _USUAL_NAMESPACES:
            yield (prefix, uri), {}


def _start_method(module: Any, reached: Reached) -> list[_Told]:
    method = module.get_start_method(allow_none=True)
    return [((method,), {"force": True})] if method else []


def _stack_size(module: Any, reached: Reached) -> list[_Told]:
    size = module.stack_size()  # which sets it to 0
    module.stack_size(size)
    return _other(size, 0)


#: What a scheduler or a person ends a job by is not among them.
_SIGNALS = ("SIGALRM", "SIGVTALRM", "SIGPROF", "SIGUSR1", "SIGUSR2")


def _signal_handlers(module: Any, reached: Reached) -> Iterator[_Told]:
    for name in _SIGNALS:
        handler = module.getsignal(getattr(module, name)) if hasattr(module, name) else None
        if isinstance(handler, (types.FunctionType, types.MethodType)) and travels(handler):
            made_by = sys.modules.get(handler.__module__)
            if made_by is not None and owner_of_module(made_by) in _USERS:
                yield (stateful.Named(name), handler), {}


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
    _Row("codecs", "register_error", _error_handlers, "register_error"),
    _Row("copyreg", "pickle", _reducers),
    _Row("csv", "field_size_limit", lambda module, _: _other(module.field_size_limit(), 131072)),
    _Row("csv", "register_dialect", _dialects, "register_dialect"),
    _Row("faulthandler", "enable", lambda module, _: [((), {})] if module.is_enabled() else [], "enable"),
    _Row("locale", "setlocale", _locales, "setlocale"),
    _Row("logging", "addLevelName", _level_names, "addLevelName"),
    _Row("logging", "setLoggerClass", _logger_class),
    _Row("mimetypes", "add_type", _mime_types, "add_type"),
    _Row("multiprocessing", "set_start_method", _start_method, "set_start_method"),
    _Row("numpy", "seterr", _numpy_errors),
    _Row("numpy", "set_printoptions", _numpy_printing),
    _Row("pandas", "set_option", _pandas_options),
    _Row("signal", "signal", _signal_handlers, "signal"),
    _Row("socket", "setdefaulttimeout", lambda module, _: _other(module.getdefaulttimeout(), None)),
    _Row("sqlite3", "register_adapter", _adapters, "register_adapter"),
    _Row("sqlite3", "register_converter", _converters, "register_converter"),
    _Row("sys", "set_int_max_str_digits", _digits),
    _Row("threading", "stack_size", _stack_size, "stack_size"),
    _Row("xml.etree.ElementTree", "register_namespace", _namespaces, "register_namespace"),
)
