"""Objects in whose place functions and programs put others: a scope in a scope, options where there were none."""


class Scope:
    def __init__(self, above=None):
        self.above = above
        self.names = {}

    def find(self, name):
        found = self.names.get(name)
        return found if found is not None or self.above is None else self.above.find(name)


OUTERMOST = Scope()
current = OUTERMOST


def enter():
    global current
    current = Scope(current)
    return current


class Options:
    def __init__(self, size):
        self.size = size


class Engine:
    def __init__(self):
        self.options = None


class Study:
    def __init__(self):
        self.engine = Engine()
        self.options = None


study = Study()


class Noting(type):
    def __setattr__(cls, name, value):
        super().__setattr__(name, ["noted", value])


class Noted(metaclass=Noting):
    kind = "plain"


def told():
    return current.find("inner"), current.find("outer"), study.options.size, study.engine.options.size, Noted.kind
