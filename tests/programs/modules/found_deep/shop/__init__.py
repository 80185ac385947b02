import importlib
import pkgutil

REGISTRY = {}


def register(kind):
    REGISTRY[kind.__name__] = kind
    return kind


def walk():
    names = [one.name for one in pkgutil.walk_packages(__path__, __name__ + ".", onerror=print)]
    wanted = [name for name in names if ".odd" not in name]
    return [importlib.import_module(name).__name__ for name in sorted(wanted)]


def parts_of(sub):
    package = importlib.import_module("%s.%s" % (__name__, sub))
    return [one.name for one in pkgutil.iter_modules(package.__path__)]


def one(name):
    return importlib.import_module(".odd." + name, __name__).NAME
