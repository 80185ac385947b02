import json
from clustrix import cluster

if len("x") == 1:
    def in_if(x):
        return x + 1
else:
    def in_if(x):
        return x - 1

try:
    import not_there_at_all
except ImportError:
    def in_except(x):
        return x * 2
finally:
    FIN = 9

with open(__file__) as stream:
    def in_with(x):
        return x * 3

for k in range(3):
    def in_for(x, k=k):
        return x * k

while True:
    class InWhile:
        def go(self):
            return "while"
    break

def one(x): return x + 1; 
def two(x): y = x * 2; return y
a = 1; b = lambda x: x + a; c = lambda x: x - a
fs = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "neg": (lambda x, y: -x), "same": lambda x, y: x * y}
pick = sorted([3, 1, 2], key=lambda v: -v)
compose = (lambda f: lambda g: lambda x: f(g(x)))(lambda x: x + 1)(lambda x: x * 10)
multi = dict(
    first=lambda x: (
        x
        + 1
    ),
    second=lambda x:
        x * 2,
)

@cluster(cores=1,
         name="a b")
def f(x):
    return [in_if(x), in_except(x), in_with(x), in_for(x), InWhile().go(), one(x), two(x), b(x), c(x),
            [fs[k](3, 4) for k in sorted(fs)], compose(5), multi["first"](1), multi["second"](4), FIN]

if __name__ == "__main__":
    print(json.dumps(f(2)))
    print(json.dumps(cluster(lambda x: [one(x), (lambda y: y + x)(2)])(3)))
    g = cluster(lambda x: x + 1) if a else cluster(lambda x: x - 1)
    print(g(1))
