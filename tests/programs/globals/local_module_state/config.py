import os
import uuid
RUN = uuid.uuid4().hex
MISSING = object()
def is_missing(x):
    return x is MISSING
RATE = 1
__version__ = "1.0"
__author__ = "me"
LIMIT = 10
NESTED = {"deep": {"k": [1, 2]}}
HERE = os.path.dirname(__file__)
_counter = 0
TOKEN = "t"
def token():
    return globals().get("TOKEN", "none")
class Kind:
    def kind(self):
        return "base"
class Model(Kind):
    size = 1
    old = True
    def kind(self):
        return "model"
    names = list("ab")
    def who(self):
        return "model"
    @staticmethod
    def half(x):
        return x / 2
def set_counter(n):
    global _counter
    _counter = n
def get():
    return _counter
def who():
    return "original"
def who_is(kind):
    return kind.__name__
