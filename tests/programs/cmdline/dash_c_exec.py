# run: -c
# What a program of the command line has given to exec says that it stands there, too.
def f(x): return "cmd %d" % x
from clustrix import cluster
import collections
ns = {}
exec("def f(x): return 'exec %d' % x", ns)
g = ns["f"]
exec("def f(x): return 'K %d' % (x + K)", {"K": 5, "out": ns}, ns)
h = ns["f"]
k = eval("lambda x: 'lam %d' % x"); m = (lambda x: 'lam2 %d' % x); n = eval("lambda x: 'lam3 %d' % x")
NT = collections.namedtuple("NT", "p q")
class Own:
    def __init__(self, z): self.z = z
    def __eq__(self, o): return "own eq"
@cluster
def run(x):
    return [f(x), g(x), h(x), k(x), m(x), n(x), repr(NT(1, 2)), NT(1, 2)._replace(p=3), Own(1) == 2]
print(run(1))
