import importlib

from clustrix import cluster

BACKENDS = {"a": "backends.alpha:Backend", "b": "backends.beta.Backend"}


def load(text):
    module, _, name = text.replace(":", ".").rpartition(".")
    return getattr(importlib.import_module(module), name)


@cluster
def run(name, other):
    return load(BACKENDS[name])().go(), load(other)().go()


if __name__ == "__main__":
    print(run("a", "backends.gamma.Backend"), run("b", "backends.alpha.Backend"))
