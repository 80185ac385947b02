# needs Python 3.7
# Objects whose hash depends on their attributes, in cycles of sets and dicts: as arguments, as globals, and as results.
import json
from dataclasses import dataclass, field
from clustrix import cluster


class Node:
    def __init__(self, name):
        self.links = set()
        self.name = name
        self.table = {}

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        return self.name == other.name


class Edge:
    __slots__ = ("note", "start", "end")

    def __init__(self, start, end):
        self.start, self.end, self.note = start, end, [1]
        for one in (start, end):
            one.edges.add(self)

    def __hash__(self):
        return hash((self.start, self.end))

    def __eq__(self, other):
        return (self.start, self.end) == (other.start, other.end)


@dataclass(unsafe_hash=True)
class Place:
    key: tuple
    edges: set = field(default_factory=set, compare=False)


@dataclass(frozen=True)
class Frozen:
    name: str
    seen: dict = field(default_factory=dict, hash=False, compare=False)


a, b, c = Node("a"), Node("b"), Node("c")
a.links |= {a, b}
b.links |= {a}
a.table[b], b.table[a], c.table[c] = 1, 2, a
p, q = Place((1, "p")), Place((2, "q"))
edge = Edge(p, q)
Edge(q, p)
frozen = Frozen("f")
frozen.seen[frozen] = frozen


def facts(node, place, one):
    return [
        sorted(other.name for other in node.links), node in b.links, b.table[a], c.table[c] is a, list(vars(node)),
        len(place.edges), edge in p.edges, edge in q.edges, [e.note for e in p.edges], one.seen[one] is one,
    ]  # fmt: skip


@cluster
def f(graph, node, place, one):
    return [facts(node, place, one), len(graph), graph[node][0].name]


@cluster
def back():
    return {a: [b], "places": (p, q), "frozen": frozen}


if __name__ == "__main__":
    print(json.dumps(f({a: [b], b: [a, c]}, a, p, frozen)))
    got = back()
    node = next(one for one in got if isinstance(one, Node))
    places = got["places"]
    print(sorted(one.name for one in node.links), node in next(iter(node.links)).links, got[a][0].name, len(node.table))
    print([len(one.edges) for one in places], all(e in places[1].edges for e in places[0].edges), got["frozen"] in got["frozen"].seen)
