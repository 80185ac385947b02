import json
from clustrix import cluster

def counters():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def read():
        return n
    return up, read

up, read = counters()
up()

@cluster
def shared_cell():
    up(); up()
    return [read(), up(), read()]

def loop():
    return [lambda x: x + i for i in range(3)], [lambda x, i=i: x + i for i in range(3)]

late, early = loop()

@cluster
def lambdas(x):
    return [f(x) for f in late] + [f(x) for f in early]

a, b = (lambda x: x + 1), (lambda x: x * 10); c = lambda x: x - 1

@cluster
def one_line(x):
    return [a(x), b(x), c(x)]

pipeline = list(map(lambda k: (
    lambda v:
        v * k
), [1, 2, 3]))

@cluster
def many_lines(x):
    return [g(x) for g in pipeline]

def recursive():
    def fact(n):
        return 1 if n < 2 else n * fact(n - 1)
    return fact

@cluster
def recursion(n):
    return fact5(n)

fact5 = recursive()

def make(base):
    @cluster
    def inner(x, *, scale=2, **rest):
        return [base, x * scale, rest]
    return inner

def empty():
    def f():
        return later
    if False:
        later = 1
    return f

not_filled = empty()

@cluster
def unfilled():
    try:
        return not_filled()
    except NameError as e:
        return type(e).__name__

if __name__ == "__main__":
    print(json.dumps([shared_cell(), lambdas(5), one_line(5), many_lines(4), recursion(5), make("b")(2, k=1), unfilled()]))
