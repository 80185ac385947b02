import json
import multiprocessing
import pickle
from clustrix import cluster


class Base:
    class Inner:
        def __init__(self, x):
            self.x = x

    def __init__(self, x):
        self.x = x

    def who(self):
        return ["first", type(self).__name__, self.x]


class Child(Base):
    def __init__(self, x):
        super().__init__(x + 1)


Old = Base


class Base:
    def who(self):
        return ["second"]


def square(x):
    return x * x


# Nothing here names the classes of its arguments, nor the function that it is given.
@cluster
def again(thing):
    return pickle.loads(pickle.dumps(thing))


@cluster
def pooled(function, things):
    with multiprocessing.Pool(1) as pool:
        return pool.map(function, things)


@cluster
def both(child):
    return pickle.loads(pickle.dumps(child)).who(), Base().who(), type(pickle.loads(pickle.dumps(Base()))) is Base


if __name__ == "__main__":
    print(json.dumps([again(Child(1)).who(), type(again(Child(1))) is Child, again(square)(3)]))
    print(json.dumps([pooled(square, [1, 2]), [one.who() for one in pooled(Child, [5])]]))
    print(json.dumps(both(Child(2))))
    Base = Old
    print(json.dumps(again(Base.Inner(7)).x))
