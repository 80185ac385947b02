# run: pytest
import json
import os
import unittest.mock
import pytest
from clustrix import cluster
import helpers

LIMIT = 3

class Odd(Exception): pass

def check(x):
    assert x < LIMIT, "too big"
    return helpers.double(x)

@cluster
def f(x):
    if x == 2: raise Odd(x)
    return check(x)

@pytest.fixture
def value():
    return 1

def test_value(value):
    r = f(value)
    assert r == 2
    print("RESULT", r)

def test_inside(value):
    k = 10
    @cluster
    def g(x):
        assert x == 1
        return x + k + value
    print("RESULT", g(1))

def test_raises():
    with pytest.raises(Odd):
        f(2)
    with pytest.raises(AssertionError) as info:
        f(7)
    print("RESULT", "too big" in str(info.value))

@pytest.mark.parametrize("x", [0, 1])
def test_param(x, monkeypatch):
    monkeypatch.setattr(helpers, "FACTOR", 5)
    print("RESULT", f(x))

class TestGroup:
    factor = 4
    def helper(self, x): return x * self.factor
    def test_method(self):
        print("RESULT", cluster(self.helper)(2))

@cluster
def read_variables(): return [os.environ.get("STUDY_MODE"), os.environ.get("STUDY_DEPTH"), helpers.variable()]

def test_variables(monkeypatch):
    monkeypatch.setenv("STUDY_MODE", "fast")
    with unittest.mock.patch.dict(os.environ, {"STUDY_DEPTH": "3"}):
        print("RESULT", read_variables(), helpers.run_variable())
