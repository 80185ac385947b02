def one(x):
    return ["one", x]


def two(x):
    return ["two", x]


def calls_one(x):
    return one(x)


class Thing:
    limit = 1

    def go(self, x):
        return ["go", x]


LEVELS = ["start"]


def run(x=1, *, k=1):
    return [x, k]


def levels():
    return LEVELS
