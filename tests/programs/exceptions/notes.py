# needs Python 3.11
import json
from clustrix import cluster
class Special(Exception):
    def __init__(self, a): super().__init__("special " + a); self.a = a
@cluster
def f():
    e = Special("x"); e.add_note("one"); e.add_note("two"); raise e
@cluster
def g():
    raise ExceptionGroup("many", [Special("y"), ExceptionGroup("inner", [ValueError(1)])]) from KeyError("c")
@cluster
def attr():
    class O:
        pass
    O().missing
if __name__ == "__main__":
    try: f()
    except Special as e: print(e.__notes__[:2], e.a)
    try: g()
    except ExceptionGroup as e: print(e.message, [type(x).__name__ for x in e.exceptions], e.exceptions[0].a, type(e.__cause__).__name__, e.exceptions[1].exceptions[0].args)
