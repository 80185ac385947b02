import json, os, sys, importlib
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "vendor"))
from clustrix import cluster
import lib.core as core
from lib import *
from lib.sub import thing as renamed
from lib.sub.deep import deepest
import lib.registry
import plugin_for_effect
import only_client
import vendored
import json as js
try:
    import fastjson
except ImportError:
    fastjson = None
mod = importlib.import_module("lib.dynamic")
name = "lib." + "chosen"
chosen = importlib.import_module(name)

@cluster
def f(x):
    import lib.late
    from lib.sub import helper as h2
    lazy = importlib.import_module("lib.inside")
    return [core.run(x), exported(x), renamed.VALUE, deepest.name(), sorted(lib.registry.TABLE), vendored.V, fastjson is None, mod.D, chosen.C,
            lib.late.L, h2(x), lazy.I, js.dumps(1), core.__name__, core.circular(x)]

@cluster
def resources():
    from lib import resources as r
    return r.read_all()

@cluster
def discovered():
    return lib.registry.discover()

if __name__ == "__main__":
    print(json.dumps(f(2)))
    print(json.dumps(resources()))
    print(json.dumps(discovered()))
