"""A variable of types that a module has is that one, in the job as well."""
from typing import TypeVar

import kinds
from clustrix import cluster
from kinds import Item, Number

Own = TypeVar("Own")


@cluster
def give(stack):
    return Own, {"item": [Item]}, kinds.Number, stack


@cluster
def compare(given, stack: "kinds.Stack[Number]"):
    return [
        given is kinds.Item,
        Item is kinds.Item,
        Number is kinds.Number,
        kinds.Stack.__parameters__ == (Item,),
        kinds.Stack.push.__annotations__["item"] is given,
        stack.push(3).items,
    ]


if __name__ == "__main__":
    print(compare(Item, kinds.Stack()))
    own, table, number, back = give(kinds.Stack())
    print(own is Own, table["item"][0] is Item, number is Number, type(back) is kinds.Stack)
