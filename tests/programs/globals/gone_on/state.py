"""What a module makes when it is imported, and what goes on from there."""
import configparser
import io
import itertools
import random
import types

tickets = itertools.count(100)
turns = itertools.cycle("abc")
pairs = itertools.product([1, 2], "ab")
mapped = map(str, [5, 6, 7])
back = reversed([1, 2, 3])
letters = iter("xyz")
sums = itertools.accumulate([1, 2, 3])
rng = random.Random(1)
unseeded = random.SystemRandom()
config = configparser.ConfigParser()
config.read_string("[run]\nn = 1\nk = a\n")
options = configparser.ConfigParser()
journal = io.StringIO()
limits = types.SimpleNamespace(low=0)
cache = {}
items = []
by_name = {}


class Part:
    ids = itertools.count(1)
    made = []

    def __init__(self, name):
        self.name, self.n = name, next(self.ids)
        self.made.append(self)

    def scaled(self, by=1):
        return self.n * by

    @classmethod
    def kind(cls, name="part"):
        return name


def option(name, value):
    options["DEFAULT"][name] = value
    limits.high = len(value)
    journal.write(name)


def get(name):
    if name not in cache:
        cache[name] = Part(name)
        items.append(cache[name])
    return cache[name]


class Node(dict):
    def __init__(self, *given, parent=None, **named):
        super().__init__(*given, **named)
        object.__setattr__(self, "_parent", parent)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name, value):
        self[name] = value


class Settings:
    def __init__(self):
        object.__setattr__(self, "own", {"level": 1})

    def __setattr__(self, name, value):
        self.own[name] = value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return object.__getattribute__(self, "own")[name]


def task(function):
    made = Task(function)
    by_name[function.__name__] = made
    return made


class Task:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, *given):
        self.calls += 1
        return self.function(*given)


@task
def double(n):
    return 2 * n


nodes = Node(a=1)
nodes["inner"] = Node(x=1, parent=nodes)
settings = Settings()
FIRST = Part("first")
