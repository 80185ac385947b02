# needs wrapt
# refused: global helper used by run\(\), proxy\.py line 18: Timer cannot be sent
import wrapt
from clustrix import cluster


class Timer(wrapt.ObjectProxy):
    def __call__(self, value):
        return ["timed", self.__wrapped__(value)]


@Timer
def helper(value):
    return value


@cluster
def run(value): return helper(value)


print(run(1))
