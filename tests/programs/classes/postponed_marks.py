# needs Python 3.7
from __future__ import annotations

import dataclasses
import typing as t
from dataclasses import InitVar, dataclass, field
from typing import ClassVar

from clustrix import cluster


@dataclass
class Tree:
    value: int | float
    kids: list[Tree] = field(default_factory=list)
    seen: ClassVar[dict[str, int]] = {}
    names: t.ClassVar[list] = []
    scale: InitVar[int] = 2
    depth: dataclasses.InitVar[int | None] = None

    def __post_init__(self, scale, depth):
        self.value *= scale
        self.names.append(depth)


@cluster
def job(tree: Tree) -> list[Tree]:
    Tree.seen["job"] = 1
    return [Tree(3, depth=1), tree, [one.name for one in dataclasses.fields(Tree)], Tree.seen, Tree.names]


if __name__ == "__main__":
    print(job(Tree(1, [Tree(5, scale=1)])))
