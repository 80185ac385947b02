import re


def add(a, b):
    return a + b


OPS = {"add": add}
NAMES = list("ab")
MORE = dict(a=max)
HANDLERS = []
PATTERNS = []
SPARE = {}
_compiled = {}


class Bus:
    handlers = []


def on(function, *patterns):
    HANDLERS.append(function)
    Bus.handlers.append(function)
    PATTERNS.extend(re.compile(one) for one in patterns)
    SPARE.update(last=re.compile("a"))


def compiled(text):
    if text not in _compiled:
        _compiled[text] = re.compile(text)
    return _compiled[text]
