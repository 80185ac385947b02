"""``+=`` gives a module's list the very object it had, which the module's other containers hold; functions that write what they are given."""
import heapq
import json
import operator
import random

import tables
from clustrix import cluster


@cluster
def told():
    return tables.told()


if __name__ == "__main__":
    print(json.dumps(told()))
    tables.ROWS += ["more"]
    tables.KINDS |= {"new"}
    heapq.heappush(tables.HEAP, 0)
    random.shuffle(tables.ORDER)
    operator.setitem(tables.SQUARES, 9, 81)
    print(json.dumps(told() == tables.told()), json.dumps(told()[0]))
    if tables.ROWS == ["never"]:
        tables.NAMED += [1]
    print(json.dumps(told()[-1]))
