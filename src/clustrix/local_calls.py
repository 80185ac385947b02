"""Calls that run in this process: everything decorated that they call runs here too, as it would all run there."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

_calling_here: ContextVar[bool] = ContextVar("clustrix local call", default=False)


def is_calling_here() -> bool:
    """Whether such a call is running: then a decorated function is what it was."""
    return _calling_here.get()


def call_here(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The value of a call; that of a coroutine if the function gives one, as in a job.

    >>> call_here(divmod, (7, 2), {})
    (3, 1)
    """
    token = _calling_here.set(True)
    try:
        value = function(*args, **kwargs)
        # A call in the midst of another is that one's to wait for.
        return value if token.old_value is True or type(value).__name__ != "coroutine" else _run_to_its_end(value)
    finally:
        _calling_here.reset(token)


def _run_to_its_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    # A notebook has a loop that runs, which cannot wait for another.
    from concurrent.futures import ThreadPoolExecutor
    from contextvars import copy_context

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, asyncio.run, coroutine).result()
