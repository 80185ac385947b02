"""Modules beside a script whose names the standard library has, which what carries a call there imports itself."""
import email.parts
import json
import logging
import queue
import random
import string
import sys
import token

from clustrix import cluster

sys.path.insert(0, "later")
import heapq


@cluster
def made(n):
    import select

    return [json.dumps(n), logging.note(n), random.draw(), string.RATE, token.of(n), select.best([n, 9]), email.parts.join("a", "b"), email.SEPARATOR]


@cluster
def pushed(item, *more):
    item.count += len(more)
    return item, queue.Item(*more)


print(made(3))
item = queue.Item("x")
back, new = pushed(item, "y")
print(type(back) is queue.Item, type(new) is queue.Item, back.count, new.what)
print(queue.__file__.endswith("queue.py"), sorted(vars(queue))[-1])
print(list(cluster(random.draw).map([1, 2])))


@cluster
def least(*values):
    return heapq.first(values)


print(least(3, 2), heapq.__file__.endswith("heapq.py"))
