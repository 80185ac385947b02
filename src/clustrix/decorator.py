"""``@cluster``: the decorated function, and the ways to call it."""

from __future__ import annotations

import functools
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from clustrix.binding import check_call
from clustrix.errors import ClustrixError, ConfigError
from clustrix.file_stamps import note_defined, note_imported
from clustrix.local_calls import call_here, is_calling_here
from clustrix_remote.namesakes import keep_apart_at_home

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from typing import Unpack

    from clustrix.config import ClusterConfig
    from clustrix.executor import ClusterExecutor
    from clustrix.explain import Explanation
    from clustrix.futures import JobFuture
    from clustrix.map_options import MapWords
    from clustrix.map_results import MapResults
    from clustrix.words import Layer, Words

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
S = TypeVar("S")
R_co = TypeVar("R_co", covariant=True)

#: mypy takes it for true.
MYPY = False

_CLASSMETHOD_HIDES_CLASS: bool = sys.version_info >= (3, 13)


class ClusterDecorator(Protocol):
    """What ``cluster(cores=4)`` gives: something that decorates a function."""

    def __call__(self, function: Callable[P, R], /) -> ClusterFunction[P, R]: ...


@overload
def cluster(function: Callable[P, R], /, **words: Unpack[Words]) -> ClusterFunction[P, R]: ...
@overload
def cluster(**words: Unpack[Words]) -> ClusterDecorator: ...
def cluster(*function: Any, **words: Any) -> Any:
    """Make a function run on the cluster when it is called.

    Use it bare (``@cluster``) or with what the call needs: ``@cluster(cores=4, memory="16GB", time="02:00:00")``.
    Anything callable will do: functions, methods, lambdas, classes, builtins. Raises ConfigError for an unknown or
    senseless parameter, and for what cannot be called.

    >>> @cluster(cores=1, cluster_type="local")
    ... def square(x):
    ...     return x * x
    >>> square.local(3)
    9
    """
    layers: tuple[Layer, ...] = ()
    if words:
        layers = (_said("@cluster(..)", words),)
    if not function:
        return _Decorator(layers)
    return _decorate(*function, layers=layers)


class _Decorator:
    """``cluster(cores=4)``: stands above a function, or under a name of its own, for many."""

    __slots__ = ("_layers",)

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self._layers = layers

    def __call__(self, function: Any, /) -> ClusterFunction[Any, Any]:
        return _decorate(function, layers=self._layers)


def _decorate(function: Any, /, *, layers: tuple[Layer, ...]) -> ClusterFunction[Any, Any]:
    if isinstance(function, ClusterFunction) or isinstance(getattr(function, "__func__", None), ClusterFunction):
        name = _name_of(function)
        raise _refused(
            f"{name} is decorated with @cluster already", f'{name}.options(memory="16GB") changes parameters'
        )
    if not callable(function) and not isinstance(function, classmethod):
        raise _refused(
            f"@cluster is given {function!r}, which cannot be called",
            "put @cluster beneath @property"
            if isinstance(function, property)
            else "@cluster(cores=4) above a function",
        )
    return ClusterFunction(function, layers)


def _refused(what: str, hint: str) -> ConfigError:
    from clustrix.words import caller

    return ConfigError(what, where=caller(), hint=hint)


class ClusterFunction(Generic[P, R_co]):
    """A function that runs on the cluster.

    ``f(x)`` waits for the value; ``f.submit(x)`` gives a JobFuture at once; ``f.map(xs)``, ``f.starmap(..)`` make many
    calls; ``f.local(x)`` runs here; ``f.options(..)`` changes parameters; ``f.explain(x)`` tells what would go along.
    ``f.__wrapped__`` is the plain function. Everything else, such as attributes, is the function's own.

    >>> @cluster(cluster_type="local")
    ... def square(x):
    ...     return x * x
    >>> square(3), square.submit(4).result(), list(square.map([5, 6])), square.local(7)
    (9, 16, [25, 36], 49)
    """

    #: Not in ``__dict__``, which functools.wraps copies.
    __slots__ = ("__dict__", "__weakref__", "_layers")

    if TYPE_CHECKING:
        __wrapped__: Callable[P, R_co]
        _layers: tuple[Layer, ...]

    def __init__(self, function: Callable[P, R_co], layers: tuple[Layer, ...] = ()) -> None:
        own = vars(self)  # __setattr__ writes to the function
        for name in functools.WRAPPER_ASSIGNMENTS:
            with suppress(AttributeError):
                own[name] = getattr(function, name)
        own["__wrapped__"] = function
        note_imported()
        note_defined(function)
        self._layers = layers

    @overload
    def __call__(self: ClusterFunction[P, Coroutine[Any, Any, S]], /, *args: P.args, **kwargs: P.kwargs) -> S: ...
    @overload
    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Run the call on the cluster and wait for its value; raises what the function raises."""
        if is_calling_here():
            return self._function(*args, **kwargs)
        __tracebackhide__ = True
        self._check(args, kwargs)
        try:
            return self._executor().call(self._function, args, kwargs)
        except BaseException as error:
            raise _without_our_frames(error)  # noqa: B904  # it is itself, with its own cause

    @overload
    def submit(
        self: ClusterFunction[P, Coroutine[Any, Any, S]], /, *args: P.args, **kwargs: P.kwargs
    ) -> JobFuture[S]: ...
    @overload
    def submit(self, /, *args: P.args, **kwargs: P.kwargs) -> JobFuture[R_co]: ...
    def submit(self, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Start the call on the cluster; raises TypeError for arguments that the function does not take."""
        __tracebackhide__ = True
        self._refuse_hidden_class("submit")
        self._check(args, kwargs)
        try:
            return self._executor().submit(self._function, *args, **kwargs)
        except ClustrixError as error:
            raise _without_our_frames(error)  # noqa: B904

    @overload
    def map(
        self: ClusterFunction[P, Coroutine[Any, Any, S]], /, *iterables: Iterable[Any], **how: Unpack[MapWords]
    ) -> MapResults[S]: ...
    @overload
    def map(self, /, *iterables: Iterable[Any], **how: Unpack[MapWords]) -> MapResults[R_co]: ...
    def map(self, /, *iterables: Iterable[Any], **how: Unpack[MapWords]) -> Any:
        """Call the function for each item, or for each tuple of items of several iterables, as ``Executor.map`` does.

        All calls are started now, in as few jobs as possible; the iterator gives their values in order and raises the
        first exception at its place. ``timeout`` is in seconds from now, for all; ``chunksize`` calls are made by one
        task (``"auto"``: as many as their duration makes worth while), in ``workers`` processes; at most ``max_parallel`` tasks run at once;
        with ``return_exceptions`` what was raised is given like a value. Leaving the iterator cancels nothing.
        """
        if not iterables:
            raise TypeError("map() needs something to iterate over")
        self._refuse_hidden_class("map")
        return self._start_all(zip(*iterables, strict=False), how)

    @overload
    def starmap(
        self: ClusterFunction[P, Coroutine[Any, Any, S]], /, iterable: Iterable[Iterable[Any]], **how: Unpack[MapWords]
    ) -> MapResults[S]: ...
    @overload
    def starmap(self, /, iterable: Iterable[Iterable[Any]], **how: Unpack[MapWords]) -> MapResults[R_co]: ...
    def starmap(self, /, iterable: Iterable[Iterable[Any]], **how: Unpack[MapWords]) -> Any:
        """``map`` for arguments that are tuples: ``f.starmap([(1, 2), (3, 4)])`` calls ``f(1, 2)`` and ``f(3, 4)``."""
        self._refuse_hidden_class("starmap")
        return self._start_all(iterable, how)

    @overload
    def local(self: ClusterFunction[P, Coroutine[Any, Any, S]], /, *args: P.args, **kwargs: P.kwargs) -> S: ...
    @overload
    def local(self, /, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    def local(self, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Call the function here, with everything decorated that it calls; a coroutine is run to its end."""
        self._refuse_hidden_class("local")
        return call_here(self._function, args, kwargs)

    def options(self, /, **words: Unpack[Words]) -> ClusterFunction[P, R_co]:
        """The same function with other parameters, ``f.options(memory="64GB")(x)``; raises ConfigError."""
        self._refuse_hidden_class("options")
        return ClusterFunction(self.__wrapped__, (*self._layers, _said(".options(..)", dict(words))))

    def explain(self, /, *args: P.args, **kwargs: P.kwargs) -> Explanation:
        """What a call with these arguments would ship, and why; nothing is sent."""
        from clustrix.explain import explain_call

        self._refuse_hidden_class("explain")
        check_call(self._function, args, kwargs)
        return explain_call(self._function, args, kwargs, self.config)

    @property
    def _function(self) -> Callable[P, R_co]:
        function = self.__wrapped__
        return cast("Callable[P, R_co]", function.__func__) if isinstance(function, staticmethod) else function

    @property
    def config(self) -> ClusterConfig:
        """The configuration that a call made now would have."""
        from clustrix.config import current_config

        return current_config(*self._layers)

    def _executor(self, **more: Any) -> ClusterExecutor:
        keep_apart_at_home()
        from clustrix.executor import ClusterExecutor

        return ClusterExecutor(self.options(**more).config if more else self.config)

    def _check(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        # A notebook and pytest leave out the frames of functions that say so.
        __tracebackhide__ = True
        try:
            check_call(self._function, args, kwargs)
        except TypeError as error:
            raise error.with_traceback(None) from None

    def _start_all(self, arguments: Iterable[Iterable[Any]], how: MapWords) -> MapResults[R_co]:
        from clustrix.map_options import map_options, take_calls

        options, calls = map_options(dict(how)), take_calls(arguments)
        for args in calls:  # all of them first, so that a wrong one is told before anything is sent
            self._check(args, {})
        limit = {"max_parallel": how["max_parallel"]} if how.get("max_parallel") is not None else {}
        return self._executor(**limit).start_map(cast("Callable[..., R_co]", self._function), calls, options)

    # ----------------------------------------------------------- in a class, and as the function that it was

    if not MYPY:  # under @classmethod; mypy would take it for any method

        @overload
        def __get__(
            self: ClusterFunction[Concatenate[type[S], Q], R_co], instance: S | None, owner: type[S]
        ) -> ClusterFunction[Q, R_co]: ...

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> ClusterFunction[P, R_co]: ...
    @overload
    def __get__(
        self: ClusterFunction[Concatenate[S, Q], R_co], instance: S, owner: type | None = None
    ) -> ClusterFunction[Q, R_co]: ...
    @overload  # under @staticmethod
    def __get__(self, instance: object, owner: type | None = None) -> ClusterFunction[P, R_co]: ...
    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        get = getattr(type(self.__wrapped__), "__get__", None)
        if get is None:  # as builtins and classes: not a method
            return self
        bound = get(self.__wrapped__, instance, owner)
        return self if bound is self.__wrapped__ else ClusterFunction(bound, self._layers)

    if not TYPE_CHECKING:  # a type checker shall know what a ClusterFunction has

        def __getattr__(self, name):
            try:
                return getattr(object.__getattribute__(self, "__wrapped__"), name)
            except AttributeError:
                # Python adds: Did you mean 'submit'?
                raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self) from None

        def __setattr__(self, name, value):
            if hasattr(type(self), name):
                object.__setattr__(self, name, value)
            else:
                setattr(self.__wrapped__, name, value)

    def __reduce__(self) -> Any:
        if _found_by_name(self) is self:
            return _name_of(self)
        return ClusterFunction, (self.__wrapped__, self._layers)

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for layer in self._layers for name, value in layer.words.items())
        return f"<cluster function {_name_of(self)}" + (f" ({said})>" if said else ">")

    def _refuse_hidden_class(self, method: str) -> None:
        """Under @classmethod we learn the class in ``C.f(x)``, but since 3.13 not in ``C.f.submit(x)``."""
        if not _CLASSMETHOD_HIDES_CLASS or not hasattr(self, "__code__") or hasattr(self, "__self__"):
            return
        name = _name_of(self)
        owner, _, attribute = name.rpartition(".")
        found = vars(_object_at(self.__module__, owner) or object).get(attribute) if owner else None
        if isinstance(found, classmethod) and found.__func__ is self:
            raise ConfigError(
                f"{name}.{method} cannot see the class", hint=f"put @cluster above @classmethod at {name}"
            )


def _without_our_frames(error: BaseException) -> BaseException:
    """The error without how it came through here: what the function raised, its cause tells; ours say all themselves."""
    from clustrix.values import RemoteTraceback

    is_remote = isinstance(error.__cause__, RemoteTraceback)
    # After Ctrl-C the note says all that there is to say.
    says_all = is_remote or isinstance(error, KeyboardInterrupt | ClustrixError)
    return error.with_traceback(None) if says_all else error


def _said(place: str, words: dict[str, Any]) -> Layer:
    from clustrix.words import Layer, caller

    return Layer.of(f"{place} at {caller()}", words)


def _name_of(function: Any) -> str:
    return str(getattr(function, "__qualname__", None) or type(function).__qualname__)


def _found_by_name(function: Any) -> Any:
    return _object_at(getattr(function, "__module__", None), _name_of(function))


def _object_at(module: str | None, path: str) -> Any:
    found: Any = sys.modules.get(module or "")
    for part in path.split("."):
        found = getattr(found, part, None)
    return found
