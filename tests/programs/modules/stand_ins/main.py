"""What a program puts into sys.modules, for its own modules to import: modules made by hand, objects, fakes in the place of others."""

import json
import sys
import types
from unittest import mock

from clustrix import cluster

sdk = types.ModuleType("expensive_sdk")
sdk.connect = lambda name: "stub of " + name
sdk.LIMIT = 3
sys.modules["expensive_sdk"] = sdk


class Clock:
    def now(self):
        return NOON


NOON = 12
sys.modules["clock"] = Clock()
sys.modules["camera"] = mock.MagicMock(**{"shoot.return_value": "a picture"})
fake = types.ModuleType("real")
exec("LOAD = 7\ndef load():\n    return LOAD\n", fake.__dict__)
sys.modules["real"] = fake
inner = types.ModuleType("study.gpu")
inner.NAME = "no gpu"
sys.modules["study.gpu"] = inner

import steps
from study import runs


@cluster(cores=1)
def all_of_them(name):
    return steps.connected(name), steps.hour(), steps.picture(), steps.loaded(), runs.where(), steps.itself()


@cluster(cores=1)
def by_class(name):
    return steps.Session(name).name


if __name__ == "__main__":
    print(json.dumps([all_of_them("x"), by_class("y")]))
    fake.LOAD = 8
    print(json.dumps(all_of_them("z")))
