"""Every way to call, and everything that can be called, through to a process of its own."""

# mypy: disable-error-code="call-arg, arg-type, call-overload"

import asyncio
import functools
import operator
import os
import sys
import traceback

import pytest

from clustrix import cluster, using

HERE = os.getpid()


@pytest.fixture(autouse=True)
def _locally():
    with using(cluster_type="local"):
        yield


@cluster(cores=1)
def power(base, exponent=2, **more):
    return base**exponent, os.getpid(), more


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

    def __call__(self, x):
        return self.side + x


def test_a_call_runs_elsewhere_and_gives_the_value():
    value, process, more = power(3)
    assert (value, more) == (9, {})
    assert process != HERE


def test_keywords_may_have_any_name():
    more = {"self": 1, "function": 2, "args": 3, "kwargs": 4, "timeout": 5}
    assert power(2, **more)[2] == more
    assert power.submit(2, **more).result()[2] == more
    assert power.options(cores=2)(2, **more)[2] == more


def test_submit_gives_a_future_that_can_be_awaited():
    future = power.submit(4)
    assert future.result(timeout=60)[0] == 16

    async def wait():
        return (await power.submit(5))[0]

    assert asyncio.run(wait()) == 25


def test_map_gives_values_in_order():
    assert [value for value, _, _ in power.map(range(4), [1, 2, 3, 4])] == [0, 1, 8, 81]
    assert [value for value, _, _ in power.starmap(iter([(2, 3), (3, 2)]))] == [8, 9]


def test_map_raises_at_the_place_of_the_exception():
    values = cluster(operator.truediv).map([1, 1, 1], [1, 0, 2])
    assert next(values) == 1
    with pytest.raises(ZeroDivisionError):
        next(values)


def test_map_ends_when_the_time_is_over():
    import time

    with pytest.raises(TimeoutError):
        next(cluster(time.sleep).map([3], timeout=0.1))


def test_methods_of_all_kinds():
    assert Shape(3).area(scale=2) == 18
    assert Shape.area(Shape(3)) == 9
    assert Shape(3).area.submit().result() == 9
    assert Shape.make(4).side == 4
    assert Shape.make_beneath(4).side == 4
    assert type(Shape.make.submit(4).result()) is Shape
    assert Shape.double(2) == Shape.double_beneath(2) == Shape(1).double.submit(2).result() == 4


@pytest.mark.parametrize(
    ("function", "args", "value"),
    [
        (lambda x: x + 1, (1,), 2),
        (functools.partial(pow, 2), (3,), 8),
        (operator.add, (1, 2), 3),
        (len, ([1],), 1),
        (int, ("3",), 3),
        (operator.itemgetter(1), ([1, 2],), 2),
        (Shape(3), (2,), 5),
    ],
)
def test_anything_callable(function, args, value):
    assert cluster(function)(*args) == value


def test_an_exception_is_the_functions_own_with_few_frames_of_ours():
    @cluster
    def fail():
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine") as told:
        fail()
    frames = [frame.name for frame in traceback.extract_tb(told.value.__traceback__)]
    assert frames == [sys._getframe().f_code.co_name, "__call__"]
    assert "in fail" in str(told.value.__cause__)
