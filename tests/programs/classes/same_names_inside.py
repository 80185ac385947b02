"""A class's body reads a global until it binds the name itself: `trace = trace`."""
import json

from clustrix import cluster

limit = 5
names = ["a", "b"]


def trace(self):
    return type(self).__name__


def marked(function):
    function.mark = "outer"
    return function


class Inner:
    value = 1


class Outer:
    trace = trace
    limit: int = limit + 1
    for names in names:
        last = names

    @marked
    def marked(self):
        return self.marked.mark

    def sized(self, sized=len):
        return sized("abc")

    class Inner(Inner):
        more = 2


@cluster
def job():
    one = Outer()
    return [one.trace(), one.limit, one.last, one.marked(), one.sized(), one.Inner.value, one.Inner.more, limit]


if __name__ == "__main__":
    print(json.dumps(job()))
