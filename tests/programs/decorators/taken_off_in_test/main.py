# run: pytest
import functools
import json
from unittest import mock

import layers

from clustrix import cluster


def traced(function):
    @functools.wraps(function)
    def inner(*args):
        return ["traced", function(*args)]

    return inner


@cluster
def job(value):
    return [layers.load(value), layers.both(value), layers.Model().fit(value), layers.Model().unit]


def test_it(monkeypatch):
    told = [job(1)]
    with mock.patch("layers.load", layers.load.__wrapped__):
        told.append(job(2))
    with mock.patch.object(layers, "load", traced(layers.load)), mock.patch.object(layers.Model, "unit", "mm"):
        told.append(job(3))
    with monkeypatch.context() as patch:
        patch.setattr("layers.load", layers.load.__wrapped__)
        patch.setattr(layers.Model, "fit", layers.Model.fit.__wrapped__)
        patch.delattr(layers.Model, "unit")
        layers.Model.unit = "kg"
        told.append(job(4))
    told.append(job(5))
    print("RESULT", json.dumps(told))
