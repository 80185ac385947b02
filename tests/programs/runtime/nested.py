import json
from clustrix import cluster
@cluster(cores=1)
def inner(x): return x + 1
@cluster
def square(x): return x * x
class K:
    @cluster
    def m(self, x): return inner(x) * 2
@cluster(cores=2)
def outer(x):
    f = inner.submit(x)
    return [inner(x), f.result(), list(square.map([1, 2, 3])), inner.local(5), inner.options(cores=4)(1), K().m(3), f.done(), list(square.starmap([(2,), (3,)]))]
@cluster
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
@cluster
def makes():
    @cluster
    def made(x): return x - 1
    return [made(1), made.submit(2).result()]
if __name__ == "__main__":
    print(json.dumps([outer(2), fib(8), makes()]))
    print(inner.submit(1).result(), list(square.map([2])), inner.local(1), list(square.starmap([(4,)])))
