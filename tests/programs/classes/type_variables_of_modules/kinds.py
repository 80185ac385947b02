from typing import Generic, List, TypeVar

Item = TypeVar("Item")
Number = TypeVar("Number", int, float)


class Stack(Generic[Item]):
    def __init__(self) -> None:
        self.items: List[Item] = []

    def push(self, item: Item) -> "Stack[Item]":
        self.items.append(item)
        return self
