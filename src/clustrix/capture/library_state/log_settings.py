"""What a program has told ``logging``: levels, and handlers that write to its output, with their formats. A job logs the same.

Handlers that hold something else (an open file, a connection, a library's) stay; of those the job has what its imports make.
"""

from __future__ import annotations

import logging
import sys
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.capture.reductions.markers import is_bound_in
from clustrix.capture.reductions.travelling import travels
from clustrix_remote import rebuild, stateful

if TYPE_CHECKING:
    from clustrix.capture.reached import Reached

#: Names of the functions by which it is told.
LOG_SETTERS = frozenset(
    {"basicConfig", "addHandler", "setFormatter", "setLevel", "dictConfig", "fileConfig", "captureWarnings", "disable", "StreamHandler"}
)  # fmt: skip


def log_settings() -> Iterator[tuple[Any, ...]]:
    """What sets it in the job: functions of ``clustrix_remote.stateful`` with what they are given."""
    named = [one for one in list(logging.Logger.manager.loggerDict.values()) if isinstance(one, logging.Logger)]
    for logger in (logging.getLogger(), *named):
        handlers = [one for one in logger.handlers if _travels(one)]
        if handlers or logger.level or not logger.propagate or logger.disabled:
            name = None if isinstance(logger, logging.RootLogger) else logger.name
            yield stateful.logging_to, name, logger.level, logger.propagate, logger.disabled, handlers
    disabled = logging.Logger.manager.disable
    captures = getattr(logging, "_warnings_showwarning", None) is not None
    if disabled or captures:
        yield stateful.logging_for_all, disabled, captures


def handler_reducer(kind: type) -> Any:
    """How handlers of this class are pickled, or None where pickle refuses them: their locks are made anew."""
    is_known = kind is logging.StreamHandler or owner_of_class(kind) in (Owner.INTERACTIVE, Owner.LOCAL)
    return _reduce if issubclass(kind, logging.Handler) and is_known else None


def logger_reducer(kind: type) -> Any:
    """How loggers of this class are pickled, if it is the user's own: the one of that name there is of that class too."""
    is_users = issubclass(kind, logging.Logger) and owner_of_class(kind) in (Owner.INTERACTIVE, Owner.LOCAL)
    return _reduce_logger if is_users else None


def _reduce_logger(logger: logging.Logger, reached: Any) -> Any:
    known = {*vars(logging.Logger("")), "manager"}
    own = {name: one for name, one in vars(logger).items() if name not in known and travels(one)}
    told = (logger.name, logger.level, logger.propagate, logger.disabled)
    return stateful.logger_of, (type(logger), *told), own


def _reduce(handler: logging.Handler, reached: Reached) -> Any:
    stream, state = _streamed(handler)
    home = _home_of(handler, reached)
    if home is not None:
        return rebuild.known, (*home, reached.token(handler)), state, None, None, stateful.fill_handler
    return stateful.handler, (type(handler), stream), state, None, None, stateful.fill_handler


def _home_of(handler: logging.Handler, reached: Reached) -> tuple[str, str] | None:
    """The shipped module that has made it and holds it in a global, ``COLLECTED = Collected()``: there it is that module's own."""
    for name in reached.modules.found:
        module = sys.modules.get(name)
        for word, value in list(vars(module).items()) if isinstance(module, types.ModuleType) else ():
            if value is handler and is_bound_in(sys.modules[name], word):
                return name, word
    return None


def _travels(handler: logging.Handler) -> bool:
    if handler_reducer(type(handler)) is None:
        return False
    stream, state = _streamed(handler)
    return travels(state) and (bool(stream) or not hasattr(handler, "stream"))


def _streamed(handler: logging.Handler) -> tuple[str, dict[str, Any]]:
    """The name of the stream that a handler writes to, if that is one of the program's own, and what else it holds."""
    state = {name: one for name, one in vars(handler).items() if name != "lock"}
    for name in ("stdout", "stderr"):
        if state.get("stream") is not None and state["stream"] in (getattr(sys, name), getattr(sys, f"__{name}__")):
            del state["stream"]
            return name, state
    return "", state
