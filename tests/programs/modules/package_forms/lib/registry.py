import importlib, pkgutil
TABLE = {}
def register(fn):
    TABLE[fn.__name__] = fn
    return fn
def discover():
    from . import plugins
    names = []
    for info in pkgutil.iter_modules(plugins.__path__):
        m = importlib.import_module(plugins.__name__ + "." + info.name)
        names.append([info.name, m.run()])
    return names
