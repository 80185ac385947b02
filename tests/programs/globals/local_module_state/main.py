import json
from clustrix import cluster
import config
from config import LIMIT
import registry
import plugins
from settings import settings

@cluster
def f(x):
    return [config.RATE, config.get(), config.NESTED, LIMIT, sorted(registry.TABLE), registry.call("double", x), config.added, config.Model.size, settings.mode, config.who()]

if __name__ == "__main__":
    config.RATE = 9
    config.NESTED["deep"]["k"].append(3)
    config.set_counter(4)
    config.added = "new"
    config.Model.size = 77
    settings.mode = "fast"
    registry.register("late", len)
    def patched(): return "patched"
    print(json.dumps(f(2)))
    config.who = patched
    print(json.dumps(f(2)))
