import json
from clustrix import cluster
import config
from config import LIMIT, MISSING, RUN
import registry
import plugins
from settings import settings

@registry.LOSSES.add
def l2(x): return x * x
@registry.app.hooks.add
def hook(x): return -x
@cluster
def registered(x):
    return {k: fn(x) for k, fn in registry.LOSSES.items()}, registry.app.hooks["hook"](x), registry.SOLVERS["own"].run(x)

@cluster
def once(given):
    return RUN == config.RUN, config.is_missing(MISSING), config.is_missing(given), given

@cluster
def gone():
    return [hasattr(config, "TOKEN"), config.token(), hasattr(config.Model, "old"), config.Model().kind(), hasattr(config.Model, "named") and [config.Model.named(), config.Model.made()]]

@cluster
def marks():
    return config.__version__, config.__author__, config.__edition__, config.Model.__tablename__, config.__name__, config.Model.__module__

@cluster
def f(x):
    return [config.RATE, config.get(), config.NESTED, LIMIT, sorted(registry.TABLE), registry.call("double", x), config.added, config.Model.size, settings.mode, config.who(), config.Model.names, config.Model.note, config.Model().who(), config.Model.half(x)]

if __name__ == "__main__":
    once_more = once(MISSING)
    print(once_more[:3], once_more[3] is MISSING)
    print(gone())
    config.Model.named, config.Model.made = staticmethod(config.who), classmethod(config.who_is)
    del config.TOKEN, config.Model.old, config.Model.kind
    print(gone())
    config.RATE = 9
    config.__version__ = "2.0"
    config.__edition__ = 3
    config.Model.__tablename__ = "models"
    print(marks())
    config.NESTED["deep"]["k"].append(3)
    config.set_counter(4)
    config.added = "new"
    config.Model.size = 77
    config.Model.names.append("c")
    config.Model.note = ["added"]
    config.Model.who = lambda self: "patched %d" % self.size
    config.Model.half = staticmethod(lambda x: -x)
    settings.mode = "fast"
    registry.register("late", len)
    registry.SOLVERS["own"] = registry.Solver(3)
    print(json.dumps(registered(-2)))
    def patched(): return "patched"
    print(json.dumps(f(2)))
    config.who = patched
    print(json.dumps(f(2)))
