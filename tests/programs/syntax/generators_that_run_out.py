"""A StopIteration that leaves a generator's code is a RuntimeError: since Python 3.7 by itself, and asked for before."""

from clustrix import cluster


def firsts(groups):
    for one in groups:
        yield next(iter(one))


class Reader:
    def __init__(self, lines):
        self.lines = lines

    def pairs(self):
        lines = iter(self.lines)
        while True:
            yield next(lines), next(lines)


@cluster(cores=1)
def job(kind):
    if kind == "function":
        return list(firsts([[1], [], [2]]))
    if kind == "method":
        return list(Reader("abc").pairs())
    return list((next(iter(one)) for one in [[1], []]))


if __name__ == "__main__":
    for kind in ("function", "method", "expression"):
        try:
            print(job(kind))
        except RuntimeError as error:
            print(type(error).__name__, type(error.__cause__).__name__)
