"""Weak references among what is sent and what comes back: parents of a tree, methods that listen, tables that keep nothing alive."""
import json
import weakref

from clustrix import cluster


class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = None if parent is None else weakref.ref(parent)
        self.children = []
        self.heard = []
        self.listeners = []
        if parent is not None:
            parent.children.append(self)
            parent.listeners.append(weakref.WeakMethod(self.hear))

    def hear(self, what):
        self.heard.append(what)

    def tell(self, what):
        for one in self.listeners:
            one()(what)


class Index:
    def __init__(self, *nodes):
        self.nodes = list(nodes)
        self.by_name = weakref.WeakValueDictionary((one.name, one) for one in nodes)
        self.notes = weakref.WeakKeyDictionary((one, one.name * 2) for one in nodes)
        self.seen = weakref.WeakSet(nodes[:1])


def look(root):
    return [[one.parent() is root, one.heard, [inner.parent() is one for inner in one.children]] for one in root.children]


@cluster
def grow(root):
    Node("c", Node("b", root))
    root.tell("hello")
    return look(root), root, weakref.ref(Node("lost"))


@cluster
def made():
    root = Node("root")
    Node("leaf", root)
    return root


@cluster
def indexed(index):
    index.by_name["a"].heard.append("found")
    return index


def show(index):
    first = index.nodes[0]
    return [sorted(index.by_name), index.by_name["a"] is first, first.heard, index.notes[first], first in index.seen, len(index.seen)]


if __name__ == "__main__":
    root = Node("root")
    Node("a", root)
    there, back, lost = grow(root)
    back.tell("again")
    print(json.dumps([there, look(back), lost() is None]))
    leaf = made()
    leaf.tell("x")
    print(json.dumps([look(leaf), leaf.children[0].parent() is leaf]))
    print(json.dumps(show(indexed(Index(Node("a"), Node("b"))))))
