"""File functions over ssh, as a user who is not root."""

import multiprocessing
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.files.contract import FileContract

pytestmark = [pytest.mark.testbed]


class TestOverSsh(FileContract):
    """The test cluster."""

    @pytest.fixture
    def site(self, over_ssh):
        return over_ssh


def test_a_forked_process_asks_over_a_connection_of_its_own(over_ssh):
    over_ssh.write(a_txt="here", b_txt="there")
    assert over_ssh.files.ls() == ["a.txt", "b.txt"]
    asked = _in_fork(lambda: (over_ssh.files.read_text("b.txt"), over_ssh.files.place._link().channel().hello.pid))
    assert asked[0] == "there"
    assert asked[1] != over_ssh.files.place._link().channel().hello.pid
    assert over_ssh.files.read_text("a.txt") == "here"


def _in_fork(call):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads: that is what is tried
        with ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("fork"), initializer=_give, initargs=(call,)
        ) as pool:
            return pool.submit(_take).result(timeout=60)


_given: list[Callable[[], object]] = []


def _give(call):
    _given[:] = [call]


def _take():
    return _given[0]()
