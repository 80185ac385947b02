"""A call that ends without its value has drawn nothing: the next one draws what it would have drawn."""
import os
import random

from clustrix import cluster


class Unready:
    """Travels, and cannot be made there."""

    def __setstate__(self, state):
        raise LookupError("no data here")


@cluster
def ignore(value):
    return random.random() if value is None else 0


@cluster
def die():
    if os.getpid() != HOME:
        os._exit(3)
    return random.seed


@cluster
def draw():
    return random.random()


HOME = os.getpid()
random.seed(4)
unready = Unready()
unready.what = 1
print(draw())
for call, arguments in (ignore, [unready]), (die, []):
    try:
        call(*arguments)
    except Exception:
        pass
    print(draw())
print(random.random())
