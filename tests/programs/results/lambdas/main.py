"""Several lambdas of a line, made in the job."""
import math

from clustrix import cluster
from shapes import Shape


class Scale:
    by = 7

    @staticmethod
    def pair():
        return [lambda x: x * Scale.by, lambda x: x - Scale.by]


@cluster
def operations(k):
    nested = lambda a: (lambda b: a + b + k, lambda b: a - b + k)
    return {"root": math.sqrt, "times": lambda x: x * k, "signs": [lambda x: -x, lambda x: +x, lambda x: x],
            "plus": lambda x, by=k: x + by, "nested": nested(10), "keys": [sorted([3, 1], key=lambda v: -v), (lambda: "a", lambda: "b")]}


@cluster
def others():
    return Scale.pair() + [lambda x: [x * y for y in range(3)], lambda x: [x + y for y in range(3)]]


@cluster
def of_module():
    return Shape().measures()


if __name__ == "__main__":
    made = operations(4)
    print(made["root"](9), made["times"](2), [one(1) for one in made["signs"]], made["plus"](1), [one(1) for one in made["nested"]])
    print(made["keys"][0], [one() for one in made["keys"][1]])
    print([one(10) for one in others()])
    of, table = of_module()
    print([one() for one in of], table["a"](1), table["b"](1))
