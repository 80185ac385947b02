# run: pytest
"""Items that a test gives a module's dict for its time, where the module computes that dict."""
from unittest import mock

import pytest
import tools
from clustrix import cluster


@cluster
def apply(name, a, b):
    return tools.apply(name, a, b)


def test_set(monkeypatch):
    monkeypatch.setitem(tools.OPS, "+", lambda a, b: a + b + 100)
    print("RESULT", apply("+", 1, 1))


def test_deleted(monkeypatch):
    monkeypatch.delitem(tools.OPS, "+")
    with pytest.raises(KeyError):
        apply("+", 1, 1)


def test_patched():
    with mock.patch.dict(tools.OPS, {"+": lambda a, b: 7}):
        print("RESULT", apply("+", 1, 1))
    print("RESULT", apply("+", 1, 1))


@mock.patch.dict("tools.MORE", {"+": lambda a, b: 8})
def test_named():
    print("RESULT", apply("more", 1, 1))
