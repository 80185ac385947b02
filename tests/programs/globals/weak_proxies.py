"""Values that hold a ``weakref.proxy``; where its object is gone each question to it is an error, also what it is an instance of."""

import json
import weakref

from clustrix import cluster


class Node:
    def __init__(self, name, above=None):
        self.name = name
        self.above = above


def made():
    above = Node("above")
    return Node("below", weakref.proxy(above))


KEPT = made()
TABLE = {"node": KEPT, "names": ["a"]}
ROOT = Node("root")
LEAF = Node("leaf", weakref.proxy(ROOT))


@cluster
def grow(name):
    LEAF.above.name += "!"
    root = Node(name)
    root.below = Node("made", weakref.proxy(root))
    return root, ROOT.name, LEAF.above == LEAF.above


@cluster
def f(node):
    try:
        return node.above.name
    except ReferenceError:
        return [node.name, KEPT.name, TABLE["names"], TABLE["node"] is KEPT]


if __name__ == "__main__":
    print(json.dumps(f(made())))
    root, name, is_equal = grow("new")
    root.name = "renamed"
    print(root.below.above.name, type(root.below.above) is weakref.ProxyType, name, is_equal)
