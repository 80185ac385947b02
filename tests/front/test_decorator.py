"""What a decorated function is, before anything is sent."""

# mypy: disable-error-code="attr-defined, call-arg, arg-type, abstract, call-overload"

import asyncio
import copy
import functools
import inspect
import operator
import pickle
import sys
from abc import ABC, abstractmethod

import pytest

from clustrix import ClusterFunction, cluster
from clustrix.binding import check_call
from clustrix.errors import ConfigError


@cluster
def bare(x: int, *, y: int = 2) -> int:
    """Add."""
    return x + y


@cluster(cores=2, memory="1GB")
def with_words(x):
    return x


class Shape:
    def __init__(self, side):
        self.side = side

    @cluster
    def area(self, scale=1):
        return self.side**2 * scale

    @cluster
    @classmethod
    def make(cls, side):
        return cls(side)

    @classmethod
    @cluster
    def make_beneath(cls, side):
        return cls(side)

    @cluster
    @staticmethod
    def double(x):
        return 2 * x

    @staticmethod
    @cluster
    def double_beneath(x):
        return 2 * x


class Square(Shape):
    pass


def test_the_functions_own_data_is_kept():
    assert isinstance(bare, ClusterFunction)
    assert (bare.__name__, bare.__qualname__, bare.__module__, bare.__doc__) == ("bare", "bare", __name__, "Add.")
    assert bare.__annotations__ == {"x": int, "y": int, "return": int}
    assert str(inspect.signature(bare)) == "(x: int, *, y: int = 2) -> int"
    assert bare.__wrapped__(1) == 3
    assert inspect.unwrap(bare) is bare.__wrapped__


def test_attributes_are_the_functions_own():
    bare.calls = 3
    assert bare.__wrapped__.calls == 3
    bare.__wrapped__.calls = 4
    assert bare.calls == 4


def test_names_of_the_wrapper_do_not_give_way_to_attributes_of_the_function():
    def plain(): ...

    plain.submit = "mine"
    assert callable(cluster(plain).submit)


def test_an_unknown_attribute_is_told_as_ours():
    with pytest.raises(AttributeError, match="ClusterFunction has no attribute 'submti'") as told:
        bare.submti  # noqa: B018
    assert told.value.name == "submti"


def test_local_calls_here():
    assert bare.local(1, y=3) == 4
    assert Shape(3).area.local(scale=2) == 18
    assert Shape.area.local(Shape(3)) == 9


def test_local_runs_here_what_it_calls_too():
    @cluster
    def factorial(n):
        return n * factorial(n - 1) if n else 1

    assert factorial.local(5) == 120


def test_methods_are_bound_in_either_order():
    assert Shape.double.local(2) == Shape(1).double.local(2) == Shape.double_beneath.local(2) == 4
    assert type(Square.make.local(2)) is Square
    assert type(Square(1).make.local(2)) is Square
    assert Shape(2).area.__self__.side == 2


def test_a_classmethod_above_the_decorator_knows_its_class_or_says_what_to_do():
    if sys.version_info < (3, 13):
        assert type(Square.make_beneath.local(2)) is Square
    else:
        with pytest.raises(ConfigError, match="cannot see the class") as told:
            Square.make_beneath.local(2)
        assert "above @classmethod" in told.value.hint


def test_abstract_methods_stay_abstract():
    class Base(ABC):
        @cluster
        @abstractmethod
        def run(self): ...

    with pytest.raises(TypeError, match="abstract"):
        Base()


@pytest.mark.parametrize(
    ("function", "args", "value"),
    [
        (lambda x: x + 1, (1,), 2),
        (functools.partial(pow, 2), (3,), 8),
        (operator.add, (1, 2), 3),
        (len, ([1],), 1),
        (int, ("3",), 3),
        (operator.itemgetter(1), ([1, 2],), 2),
        (functools.lru_cache(lambda x: x), (1,), 1),
        (Shape(3).area.__wrapped__, (), 9),
        (Shape, (2,), None),
    ],
)
def test_anything_callable_can_be_decorated(function, args, value):
    decorated = cluster(cores=1)(function)
    result = decorated.local(*args)
    assert value is None or result == value
    assert repr(decorated).startswith("<cluster function ")


def test_a_callable_object_stays_what_it_was():
    class Counter:
        """Counts."""

        def __init__(self):
            self.map = "attribute"

        def __call__(self, n):
            return n + 1

    counter = cluster(Counter())
    assert counter.local(1) == 2
    assert callable(counter.map)
    assert counter.__doc__ == "Counts."


@pytest.mark.parametrize("thing", [3, "slurm", None, property(lambda self: 1), [len]])
def test_what_cannot_be_called_is_refused_with_its_place(thing):
    with pytest.raises(ConfigError, match="cannot be called") as told:
        cluster(thing)
    assert "test_decorator.py:" in told.value.where


def test_a_second_decorator_is_refused():
    for again in (bare, Shape.area, Shape(1).area, Shape.__dict__["double_beneath"], Shape.__dict__["double"]):
        with pytest.raises(ConfigError, match=r"already") as told:
            cluster(cores=2)(again)
        assert ".options(" in told.value.hint


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ({"core": 1}, "cores"),
        ({"mem": "1GB"}, "memory"),
        ({"walltime": "1h"}, "time"),
        ({"Cores": 1}, "cores"),
        ({"queu": "x"}, "queue"),
        ({"cores": 0}, "cores=1"),
        ({"cores": "4"}, "cores=1"),
        ({"memory": "16"}, '"16GB"'),
        ({"memory": 16}, '"16GB"'),
        ({"time": 30}, '"30min"'),
        ({"xyzzy": 1}, "one of account"),
    ],
)
def test_a_wrong_parameter_is_told_when_decorating_with_the_line_and_the_right_one(words, hint):
    for decorate in (lambda: cluster(**words), lambda: bare.options(**words)):
        with pytest.raises(ConfigError) as told:
            decorate()
        assert hint in told.value.hint
        assert "test_decorator.py:" in told.value.where


def test_options_make_another_function():
    changed = with_words.options(memory="2GB").options(queue="gpu")
    assert changed.config.memory == "2GB"
    assert changed.config.partition == "gpu"
    assert with_words.config.memory == "1GB"
    assert Shape(2).area.options(cores=2).local() == 4
    assert repr(with_words) == "<cluster function with_words (cores=2, memory='1GB')>"


def test_a_module_level_function_pickles_by_name_and_copies_as_itself():
    assert pickle.loads(pickle.dumps(bare)) is bare
    assert copy.deepcopy(bare) is bare
    bound = pickle.loads(pickle.dumps(Shape(3).area))
    assert bound.local() == 9


# ---------------------------------------------------------------------------------- arguments are judged at once


def several(a, b, /, c, d=4, *, e, f=6): ...
def collecting(a, *args, b, **kwargs): ...
def named_self(x, **kwargs): ...
def none(): ...


class Plain:
    def __init__(self, x): ...
    def method(self, x): ...
    def __call__(self, y): ...


CALLS = [((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((1, 2, 3, 4, 5), {}), ((1, 2, 3), {"e": 1})]
CALLS += [((1, 2), {"c": 3, "e": 5}), ((1, 2, 3), {"e": 1, "z": 1}), ((), {"a": 1}), ((1,), {"b": 2}), ((1,), {"x": 2})]
CALLS += [((1, 2, 3), {"c": 1}), ((1,), {"self": 2}), ((), {"x": 1}), ((), {"y": 1})]
FUNCTIONS = [several, collecting, named_self, none, Plain, Plain(1).method, Plain(1), lambda x, y=1: 0]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("args", "kwargs"), CALLS)
def test_wrong_arguments_are_told_in_the_words_of_a_plain_call(function, args, kwargs):
    assert complaint(check_call, function, args, kwargs) == complaint(lambda: function(*args, **kwargs))


def complaint(call, *args):
    try:
        call(*args)
    except TypeError as error:
        return str(error)
    return None


def test_a_stand_in_knows_closures_defaults_and_generators():
    outside = 1

    def generator(x, y=outside):
        yield x, y, outside

    async def coroutine(x):
        return x

    check_call(generator, (1,), {})
    check_call(coroutine, (1,), {})
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        check_call(coroutine, (), {})


def test_builtins_are_judged_where_they_tell_their_signature():
    with pytest.raises(TypeError, match="len"):
        check_call(len, (1, 2), {})
    check_call(print, (1, 2), {})
    check_call(dict, (), {"a": 1})


def test_a_decorator_beneath_ours_decides_about_its_arguments():
    def inject(function):
        @functools.wraps(function)
        def wrapper(*args):
            return function("injected", *args)

        return wrapper

    check_call(inject(lambda first, second: 0), (2,), {})


@pytest.mark.parametrize("method", ["__call__", "submit", "explain"])
def test_wrong_arguments_stop_each_way_to_call(method):
    with pytest.raises(TypeError, match=r"bare\(\) missing 1 required positional argument: 'x'"):
        getattr(bare, method)()


def test_a_map_is_judged_as_a_whole():
    with pytest.raises(TypeError, match=r"bare\(\) takes 1 positional argument but 3 were given"):
        bare.starmap([(1,), (1, 2, 3)])
    with pytest.raises(TypeError, match="iterate"):
        bare.map()


def test_a_map_over_nothing_gives_nothing():
    assert list(bare.map([])) == list(bare.starmap([])) == []


# ----------------------------------------------------------------------------------------------------- coroutines


@cluster
async def both(x):
    return x, await one_more.__wrapped__(x)


@cluster
async def one_more(x):
    return x + 1


def test_a_coroutine_that_is_called_locally_is_run_to_its_end():
    assert both.local(1) == (1, 2)


def test_a_coroutine_is_called_locally_while_a_loop_is_running_as_in_a_notebook():
    async def cell():
        return both.local(1)

    assert asyncio.run(cell()) == (1, 2)
