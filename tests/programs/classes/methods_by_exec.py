import json
from clustrix import cluster
class Number:
    def __init__(self, value): self.value = value
    for _name, _sign in (("add", "+"), ("sub", "-")):
        exec("def __%s__(self, other): return Number(self.value %s other.value)" % (_name, _sign))
    del _name, _sign
    exec("kind = 'number'\ndef told(self): return [self.kind, self.value]")
@cluster
def f(a, b): return [(a + b).told(), (a - b).told(), hasattr(Number, "_name")]
if __name__ == "__main__":
    print(json.dumps(f(Number(5), Number(2))))
