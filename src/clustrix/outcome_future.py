"""The future of a call, whoever makes it: it can be awaited, and raises any exception that there is."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class OutcomeFuture(Future[T], Generic[T]):
    """A ``concurrent.futures.Future`` that can also be awaited."""

    def __await__(self) -> Generator[Any, None, T]:
        import asyncio

        return asyncio.wrap_future(self).__await__()

    def result(self, timeout: float | None = None) -> T:
        """The function's value; waits for it, at most ``timeout`` seconds (then TimeoutError)."""
        value = super().result(timeout)
        # Python takes an exception for none that is false: one with a ``__len__`` that gives 0.
        error = self.exception(0)
        if error is not None:
            raise error
        return value
