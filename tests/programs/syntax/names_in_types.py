import json, sys, typing
from clustrix import cluster
class Tree:
    kids: typing.Optional[typing.List["Tree"]] = None
class Leaf: pass
def grow(a: "Tree", b: typing.Optional["Leaf"] = None, *c: typing.Dict[str, "Leaf"]) -> typing.List["Tree"]: pass
LATER = typing.Union["Tree", int]
@cluster
def hints():
    found = typing.get_type_hints(grow)
    return [sorted(found), found["b"] == typing.Optional[Leaf], found["return"] == typing.List[Tree], found["c"] == typing.Dict[str, Leaf],
            typing.get_type_hints(Tree)["kids"] == typing.Optional[typing.List[Tree]]]
@cluster
def told(kind): return [kind == LATER, LATER if sys.version_info >= (3, 7) else None]  # Python 3.6 does not pickle it
if __name__ == "__main__":
    print(json.dumps(hints()))
    same, back = told(LATER)
    print(json.dumps([same, back in (LATER, None)]))
