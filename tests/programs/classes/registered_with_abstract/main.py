"""Classes of anybody that a program registers with abstract classes of its own, where these are made from source and where they are imported."""
import abc
import json
import numbers

import kinds
from clustrix import cluster


class Shape(abc.ABC):
    pass


class Own:
    pass


Shape.register(tuple)
Shape.register(type(None))
Shape.register(kinds.Plain)
Shape.register(Own)
kinds.Sized.register(frozenset)
kinds.Sized.register(Own)
numbers.Number.register(Own)


@cluster
def ask():
    some = (), [], None, kinds.Plain(), Own(), frozenset(), 1
    return [[isinstance(one, kind) for one in some] for kind in (Shape, kinds.Sized, numbers.Number)]


if __name__ == "__main__":
    print(json.dumps(ask()))
