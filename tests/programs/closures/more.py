import json
from clustrix import cluster

def counter(start):
    count = start
    def inc(by=1):
        nonlocal count
        count += by
        return count
    def get():
        return count
    def reset():
        nonlocal count
        count = start
    return inc, get, reset

inc, get, reset = counter(10)
inc()

@cluster
def shared():
    inc(); a = get(); reset(); return [a, get(), inc(5)]

class Meth:
    def __init__(self, k): self.k = k
    def make(self):
        def inner(x): return x + self.k + self.off
        return inner
    off = 1
    def run(self):
        @cluster
        def remote(x): return [x * self.k, __class__.__name__, super(Meth, self).__repr__()[:1]]
        return remote(2)

def factory(cls_name):
    class Local:
        name = cls_name
        def __init__(self, v): self.v = v
        def both(self): return [cls_name, self.v, Local.name, __class__.__name__]
        def clone(self): return Local(self.v + 1)
    class Child(Local):
        def both(self): return ["child"] + super().both()
    return Local, Child

L, C = factory("dyn")

def counting(base=object):
    n, last = 0, None
    class Counter(base):
        def bump(self):
            nonlocal n, last
            n += 1
            last = self
            return n
        def again(self):
            def inner():
                nonlocal n
                n *= 10
            inner()
            return n
        @property
        def was(self):
            return last is self
    class Twice(Counter):
        def bump(self):
            super().bump()
            return super().bump()
    return Counter, Twice

Counter, Twice = counting()

@cluster
def counted(one):
    return [Counter().bump(), one.bump(), one.again(), one.was, counting(dict)[1]().bump()]

def deep(a):
    def l1(b):
        def l2(c):
            def l3(d):
                return [a, b, c, d]
            return l3
        return l2
    return l1

fs = []
for i in range(3):
    def g(x, i=i): return x * i
    fs.append(g)
late = [lambda: i for i in range(3)]

def mutual():
    def even(n): return True if n == 0 else odd(n - 1)
    def odd(n): return False if n == 0 else even(n - 1)
    return even

def with_comp(n):
    return [lambda x, k=k: x * k + n for k in range(n)]

@cluster
def f(cls_objs):
    out = [Meth(3).make()(1), L(1).both(), C(2).both(), L(1).clone().v, deep(1)(2)(3)(4), [g(2) for g in fs], [l() for l in late], mutual()(7)]
    out.append([h(1) for h in with_comp(3)])
    out.append([type(o).__name__ for o in cls_objs] + [isinstance(cls_objs[0], L), isinstance(cls_objs[1], L)])
    return out

def outer():
    data = {"x": [1]}
    def read(): return data["x"]
    def write(v): data["x"].append(v)
    r = cluster(lambda: [write(2), read(), data])
    out = r()
    return out

if __name__ == "__main__":
    print(json.dumps([shared(), f([L(1), C(1)]), outer(), Meth(4).run(), counted(Twice())]))
    back = cluster(lambda: [L, C(3), inc])()
    print(back[0] is L, type(back[1]) is C, back[2] is inc)
    made = cluster(lambda k: (lambda x: x + k))(5)
    print(made(1))
